package org.skipjack.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skipjack.nn.Init;
import org.skipjack.nn.models.LeNetBn;
import org.skipjack.train.run.Weights;

class PredictCommandTest {

    private static final String PERCENT = " \\d+\\.\\d %";

    @TempDir
    Path folder;

    private Path model;
    private Path pictures;

    @BeforeEach
    void writeModelAndPictures() throws IOException {
        model = folder.resolve("model.safetensors");
        Weights.write(
                model,
                new LeNetBn(1, 10, Init.generator(5)),
                Map.of("model", "lenet-bn", "channels", "1", "classes", "10", "dataset", "fashion-mnist"));
        pictures = Files.createDirectories(folder.resolve("pictures"));
        var photo = new BufferedImage(60, 40, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 60 * 40; i++) {
            boolean inside = i % 60 > 20 && i % 60 < 35 && i / 60 > 5 && i / 60 < 34;
            photo.setRGB(i % 60, i / 60, inside ? 0x402010 : 0xFFFFFF);
        }
        ImageIO.write(photo, "png", pictures.resolve("b.png").toFile());
        ImageIO.write(photo, "jpg", pictures.resolve("a.JPG").toFile());
        Files.writeString(pictures.resolve("notes.txt"), "no picture");
    }

    private Cli predict(Object... args) {
        var all = new String[args.length + 3];
        all[0] = "predict";
        for (int i = 0; i < args.length; i++) {
            all[i + 1] = args[i].toString();
        }
        all[args.length + 1] = "--model";
        all[args.length + 2] = model.toString();
        return Cli.run(all);
    }

    @Test
    void aFoldersPicturesAreClassifiedByNameWithWhatWasDone() {
        var result = predict(pictures);

        assertThat(result.exitCode()).as(result.err()).isZero();
        List<String> lines = result.outLines();
        assertThat(lines).hasSize(5);
        assertThat(lines.get(0)).startsWith("lenet-bn from " + model + ", cpu");
        assertThat(lines.get(1)).startsWith(pictures.resolve("a.JPG") + ": ");
        assertThat(lines.get(2)).startsWith("    60x40 colour: made grey, inverted (light ground), trimmed to ");
        assertThat(lines.get(3))
                .startsWith(pictures.resolve("b.png") + ": ")
                .matches(".*: [a-z -]+" + PERCENT + ", [a-z -]+" + PERCENT + ", [a-z -]+" + PERCENT);
        assertThat(lines.get(4))
                .isEqualTo("    60x40 colour: made grey, inverted (light ground), trimmed to 14x28, fitted to 28x28");
    }

    @Test
    void jsonIsOneObjectForEachPicture() {
        var result = predict(pictures.resolve("b.png"), "--json", "--top", "2", "--invert", "no");

        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(result.outLines()).hasSize(1);
        assertThat(result.out())
                .matches("\\{\"file\":\"[^\"]*b\\.png\",\"classes\":\\[(\\{\"label\":\\d,\"name\":\"[a-z -]+\","
                        + "\"probability\":[0-9.E-]+\\},?){2}\\],\"preparation\":\"60x40 colour: made grey, fitted to"
                        + " 28x28\"\\}\\R");
    }

    @Test
    void badPicturesAreNamedAndTheOthersPredicted() throws IOException {
        Path good = pictures.resolve("b.png");
        Path cut = folder.resolve("cut.png");
        byte[] bytes = Files.readAllBytes(good);
        Files.write(cut, Arrays.copyOf(bytes, bytes.length / 2));
        Path huge = folder.resolve("huge.png");
        byte[] claim = bytes.clone();
        claim[16] = 0x00;
        claim[17] = 0x01;
        claim[21] = 0x01;
        Files.write(huge, claim);
        Path empty = Files.createFile(folder.resolve("empty.png"));
        Path none = Files.createDirectories(folder.resolve("none"));

        var result =
                predict(cut, huge, empty, folder.resolve("missing.png"), none, pictures.resolve("notes.txt"), good);

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.outLines()).hasSize(3);
        assertThat(result.outLines().get(1)).startsWith(good + ": ");
        assertThat(result.errLines()).hasSize(6);
        assertThat(result.err())
                .contains(
                        "skipjack: " + cut + ": a damaged or unusual picture (",
                        "skipjack: " + empty + ": no picture that is known here",
                        "skipjack: " + folder.resolve("missing.png") + ": no such file or folder",
                        "skipjack: " + none + ": no pictures in this folder",
                        "notes.txt: no picture that is known here",
                        "skipjack: " + huge + ": ");
    }

    @Test
    void theNamesOfTheClassesCanBeGiven() throws IOException {
        Path names = folder.resolve("names.txt");
        Files.write(names, List.of("zero one two three four five six seven eight nine".split(" ")));

        var result = predict(pictures.resolve("b.png"), "--class-names", names, "--top", "1");

        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(result.outLines().get(1))
                .matches(".*b.png: (zero|one|two|three|four|five|six|seven|eight|nine)" + PERCENT);
        Files.write(names, List.of("zero"));
        var wrong = predict(pictures.resolve("b.png"), "--class-names", names);
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.err()).contains("has 1 lines, the model 10 classes");
    }
}
