package org.skipjack.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skipjack.nn.Init;
import org.skipjack.nn.models.LeNetBn;
import org.skipjack.train.run.Weights;

class ExchangeCommandsTest {

    @TempDir
    Path folder;

    private Path foreign;

    /** As PyTorch's users write it: no word of which model it is. */
    @BeforeEach
    void writeForeignWeights() {
        foreign = folder.resolve("foreign.safetensors");
        Weights.write(foreign, new LeNetBn(3, 7, Init.generator(5)), Map.of("format", "pt"));
    }

    @Test
    void importedWeightsKnowTheirModelAndAreExportedAsTheyCame() throws IOException {
        Path model = folder.resolve("imported");

        var imported = Cli.run("import", foreign.toString(), "--model", "lenet-bn", "--out", model.toString());

        assertThat(imported.exitCode()).as(imported.err()).isZero();
        assertThat(imported.outLines())
                .containsExactly(
                        "lenet-bn: 30 tensors, 44,923 parameters; images [3, 28, 28], 7 classes",
                        "written to " + model.resolve("weights.safetensors"));

        Path file = folder.resolve("exported.safetensors");
        var exported = Cli.run("export", model.toString(), "--out", file.toString());

        assertThat(exported.exitCode()).as(exported.err()).isZero();
        assertThat(exported.out())
                .matches("lenet-bn as safetensors \\(.*\\): 44,923 parameters, .* in .*exported.safetensors\\R");
        assertThat(Weights.read(file).tensor("15.weight").toFloatArray())
                .isEqualTo(Weights.read(foreign).tensor("15.weight").toFloatArray());
        assertThat(Weights.read(file).metadata())
                .containsEntry("model", "lenet-bn")
                .containsEntry("classes", "7");
    }

    @Test
    void weightsThatDoNotFitAreRefusedWithTheModelThatTheyFitAndNothingIsWritten() {
        Path out = folder.resolve("out.safetensors");

        var result = Cli.run("import", foreign.toString(), "--model", "lenet", "--out", out.toString());

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.errLines()).hasSize(1);
        assertThat(result.err())
                .startsWith("skipjack: " + foreign + ": not the weights of lenet: ")
                .contains("Unexpected key(s)", "; they fit lenet-bn, give that as the model");
        assertThat(out).doesNotExist();
    }

    /** What the file computes is compared with ONNX Runtime where it is made; here, that the command reaches that place. */
    @Test
    void aModelIsExportedAsOnnxWithItsBatchNormsOrWithoutThem() throws IOException {
        Path kept = folder.resolve("kept.onnx");
        Path folded = folder.resolve("folded.bin");

        var result = Cli.run("export", foreign.toString(), "--model", "lenet-bn", "--out", kept.toString());
        var second = Cli.run(
                "export",
                foreign.toString(),
                "--model",
                "lenet-bn",
                "--format",
                "onnx",
                "--fold-batch-norm",
                "--out",
                folded.toString());

        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(second.exitCode()).as(second.err()).isZero();
        assertThat(result.out())
                .startsWith("lenet-bn as onnx (for ONNX Runtime and others, batch of any size): 44,923");
        assertThat(Files.readString(kept, StandardCharsets.ISO_8859_1))
                .contains("skipjack", "BatchNormalization", "1.running_mean", "15.weight", "lenet-bn");
        assertThat(Files.readString(folded, StandardCharsets.ISO_8859_1))
                .contains("skipjack", "15.weight")
                .doesNotContain("BatchNormalization", "running_mean");
    }

    /** An ONNX file is a model by itself, and its weights are those of ours if its batch norms were kept. */
    @Test
    void anOnnxModelIsReadWhereARunIs() {
        Path kept = folder.resolve("kept.onnx");
        Path folded = folder.resolve("folded.onnx");
        Path back = folder.resolve("back.safetensors");
        Path again = folder.resolve("again.safetensors");
        expect(0, "", "export", foreign.toString(), "--model", "lenet-bn", "--out", kept.toString());
        expect(0, "", "export", kept.toString(), "--fold-batch-norm", "--out", folded.toString());
        expect(0, "", "import", kept.toString(), "--model", "lenet-bn", "--out", back.toString());
        expect(0, "", "export", kept.toString(), "--out", again.toString());

        for (Path file : List.of(back, again)) {
            assertThat(Weights.read(file).metadata("model")).contains("lenet-bn");
            assertThat(Weights.read(file).metadata("classes")).contains("7");
            for (String name : List.of("15.weight", "10.running_var", "0.bias")) {
                assertThat(Weights.read(file).tensor(name).toFloatArray())
                        .isEqualTo(Weights.read(foreign).tensor(name).toFloatArray());
            }
        }
        expect(1, "not the weights of lenet-bn", "import", folded.toString(), "--model", "lenet-bn");
        expect(2, "leave out --model", "export", kept.toString(), "--model", "lenet-bn", "--out", again.toString());
    }

    @Test
    void wrongUseIsSaidInALine() throws IOException {
        Path taken = Files.createDirectories(folder.resolve("taken"));
        Files.createFile(taken.resolve("notes.txt"));

        expect(
                2,
                "holds files already",
                "import",
                foreign.toString(),
                "--model",
                "lenet-bn",
                "--out",
                taken.toString());
        expect(2, "is a pickle", "import", "resnet18.pth", "--model", "resnet18-tv");
        expect(2, "there is no model \"vgg\"", "import", foreign.toString(), "--model", "vgg");
        expect(2, "there is no format \"xyz\"", "export", foreign.toString(), "--out", "a.xyz");
        expect(2, "does not say which model", "export", foreign.toString(), "--out", "a.safetensors");
        expect(1, "no such file", "import", "missing.safetensors", "--model", "lenet-bn");
    }

    private static void expect(int exitCode, String message, String... args) {
        var result = Cli.run(args);
        assertThat(result.exitCode()).as(result.err()).isEqualTo(exitCode);
        assertThat(result.errLines()).hasSize(exitCode == 0 ? 0 : 1);
        assertThat(result.err()).contains(message);
    }
}
