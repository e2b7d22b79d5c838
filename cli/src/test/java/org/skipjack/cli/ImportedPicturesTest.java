package org.skipjack.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skipjack.nn.Init;
import org.skipjack.nn.models.LeNetBn;
import org.skipjack.nn.models.Models;
import org.skipjack.train.run.Weights;

/** Pictures are prepared as an imported model was trained, which is kept with its weights, or as options say. */
class ImportedPicturesTest {

    private static final String NORMALISED = ", normalised by mean 0.485, 0.456, 0.406 and std 0.229, 0.224, 0.225";

    @TempDir
    Path folder;

    private Path photo;

    @BeforeEach
    void writePhoto() throws IOException {
        photo = folder.resolve("photo.png");
        var picture = new BufferedImage(640, 480, BufferedImage.TYPE_INT_RGB);
        picture.setRGB(3, 4, 0x0000FF);
        ImageIO.write(picture, "png", photo.toFile());
    }

    private static Cli run(int exitCode, Object... args) {
        var result = Cli.run(Arrays.stream(args).map(Object::toString).toArray(String[]::new));
        assertThat(result.exitCode()).as(result.err()).isEqualTo(exitCode);
        return result;
    }

    private Path imported(int channels, int classes, String model, Object... more) {
        Path foreign = folder.resolve("foreign.safetensors");
        var net = Init.withoutDrawing(() -> Models.find(model).create(channels, classes, Init.generator(0)));
        Weights.write(foreign, net, Map.of("format", "pt"));
        Path file = folder.resolve("imported.safetensors");
        var args = new ArrayList<Object>(List.of("import", foreign, "--model", model, "--out", file));
        args.addAll(List.of(more));
        var result = run(0, args.toArray());
        assertThat(result.out()).contains("written to " + file);
        return file;
    }

    private String done(Path model, Object... more) {
        var args = new ArrayList<Object>(List.of("predict", photo, "--model", model, "--top", "1"));
        args.addAll(List.of(more));
        return run(0, args.toArray()).outLines().getLast().strip();
    }

    @Test
    void aNetOfTorchvisionGetsPicturesAsItWasTrainedByItselfOrAsOptionsSay() throws IOException {
        Path names = folder.resolve("classes.txt");
        Files.writeString(
                names,
                IntStream.range(0, 1000).mapToObj(i -> "thing " + i).collect(Collectors.joining("\r\n")) + "\r\n\r\n");

        Path model = imported(3, 1000, "resnet18-tv", "--class-names", names);

        assertThat(Weights.read(model).metadata())
                .containsEntry("resize", "256")
                .containsEntry("crop", "224")
                .containsEntry("mean", "0.485,0.456,0.406")
                .containsEntry("std", "0.229,0.224,0.225");
        // Pictures of 224x224 take the net too long for a test; InputTransformTest has them.
        var result = run(0, "predict", photo, "--model", model, "--resize", "36", "--crop", "32");
        assertThat(result.outLines().get(1)).matches(".*photo\\.png: (thing \\d+ 0\\.1 %(, )?){3}");
        assertThat(result.outLines().get(2))
                .isEqualTo("    640x480 colour: resized to 48x36, cropped to 32x32" + NORMALISED);
        assertThat(done(model, "--resize", "36", "--crop", "32", "--mean", "0.5", "--std", "0.25,0.5,1"))
                .isEqualTo("640x480 colour: resized to 48x36, cropped to 32x32,"
                        + " normalised by mean 0.5, 0.5, 0.5 and std 0.25, 0.5, 1.0");
        assertThat(done(model, "--resize", "32", "--crop", "0", "--mean", "0", "--std", "1"))
                .isEqualTo("640x480 colour: resized to 32x32");
        for (var wrong : Map.of(
                        "--resize 200", "pictures resized to 200 are smaller than the crop of 224x224",
                        "--crop -1", "--crop is -1, expected 0 to 4096",
                        "--mean 1,2", "mean has 2 numbers, std 3",
                        "--std 0", "std above 0")
                .entrySet()) {
            String[] option = wrong.getKey().split(" ", -1);
            var refused = run(2, "predict", photo, "--model", model, option[0], option[1]);
            assertThat(refused.errLines()).hasSize(1);
            assertThat(refused.err()).contains(wrong.getValue());
        }
        Files.writeString(names, "one\n\nthree\n");
        assertThat(run(2, "predict", photo, "--model", model, "--class-names", names)
                        .err())
                .contains("classes.txt has 3 lines, the model 1000 classes");
    }

    @Test
    void importSaysWhatIsDoneToPicturesAndOptionsComeFirst() {
        Path foreign = folder.resolve("lenet.safetensors");
        Weights.write(foreign, new LeNetBn(1, 10, Init.generator(0)), Map.of());
        Path file = folder.resolve("out.safetensors");

        var result = run(
                0,
                "import",
                foreign,
                "--model",
                "lenet-bn",
                "--dataset",
                "fashion-mnist",
                "--mean",
                "0.286",
                "--std",
                "0.353",
                "--out",
                file);

        assertThat(result.outLines().get(1))
                .isEqualTo("pictures: resized to 28x28, normalised by mean 0.286 and std 0.353");
        assertThat(done(file)).endsWith("fitted to 28x28, normalised by mean 0.286 and std 0.353");
    }

    @Test
    void anOnnxModelTellsItsPicturesTooAndTakesOptions() {
        Path model = imported(3, 10, "lenet-bn", "--resize", "32", "--crop", "28", "--mean", "0.5", "--std", "0.25");
        Path onnx = folder.resolve("net.onnx");
        run(0, "export", model, "--out", onnx);

        assertThat(done(onnx))
                .isEqualTo("640x480 colour: resized to 42x32, cropped to 28x28, normalised by mean 0.5 and std 0.25");
        assertThat(done(onnx, "--resize", "28", "--mean", "0", "--std", "1"))
                .isEqualTo("640x480 colour: resized to 37x28, cropped to 28x28");
        assertThat(run(2, "predict", photo, "--model", onnx, "--crop", "20").err())
                .contains("net.onnx takes images of 28x28 only; leave out --resize, or give --crop 28 beside it");
    }
}
