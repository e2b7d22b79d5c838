package org.skipjack.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skipjack.nn.Init;
import org.skipjack.nn.models.LeNetBn;
import org.skipjack.nn.models.Models;
import org.skipjack.train.exchange.InputTransform;
import org.skipjack.train.exchange.StoredModel;
import org.skipjack.train.run.Weights;

/** {@code skipjack train MODEL --init FILE}: starting from the weights of another training. */
class FineTuneCommandTest {

    @TempDir
    static Path shared;

    private static String data = "";

    /** A net for colour with three classes. */
    private static Path pretrained = Path.of("");

    @TempDir
    Path folder;

    @BeforeAll
    static void write() throws IOException {
        data = SyntheticMnist.writeTo(shared.resolve("mnist")).toString();
        pretrained = shared.resolve("pretrained.safetensors");
        Weights.write(
                pretrained,
                new LeNetBn(3, 3, Init.generator(9)),
                Map.of("format", "pt", "resize", "32", "crop", "28", "mean", "0.5", "std", "0.5"));
    }

    private static Cli train(Path run, String... more) {
        var arguments = new ArrayList<>(List.of("train", "lenet-bn", "--dataset", "mnist", "--data", data));
        arguments.addAll(List.of("--out", run.toString(), "--batch-size", "6000", "--learning-rate", "0.5"));
        arguments.addAll(List.of(more));
        return Cli.run(arguments.toArray(String[]::new));
    }

    private Cli tune(Path run, String... more) {
        var arguments = new ArrayList<>(List.of("--init", pretrained.toString(), "--replace-head", "10"));
        arguments.addAll(List.of("--freeze", "body", "--learning-rate-of", "15.bias=0.25"));
        arguments.addAll(List.of(more));
        return train(run, arguments.toArray(String[]::new));
    }

    @Test
    void aNewHeadIsTrainedOnAFrozenBodyAndARunGoesOnSo() throws IOException {
        Path whole = folder.resolve("whole");
        var result = tune(whole, "--epochs", "2");

        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(result.outLines())
                .contains(
                        "starting from " + pretrained,
                        "a new last layer 15 of 10 classes",
                        "0.weight summed over its 3 channels, as if the grey image were in all three",
                        "training 850 of 44,878 parameters, learning rate 0.5 and 0.25");
        Weights before = Weights.read(pretrained);
        Weights after = Weights.read(whole.resolve("weights.safetensors"));
        for (String name : List.of("4.weight", "5.running_mean", "5.num_batches_tracked", "12.bias")) {
            assertThat(after.tensor(name).toFloatArray())
                    .as(name)
                    .isEqualTo(before.tensor(name).toFloatArray());
        }
        // Pictures are prepared as in this training from now on, not as in the one before.
        var lenet = Models.find("lenet-bn");
        assertThat(StoredModel.load(before, lenet).transform().normalizes()).isTrue();
        assertThat(StoredModel.load(after, lenet).transform()).isEqualTo(InputTransform.NONE);
        assertThat(whole.resolve("options.json"))
                .content()
                .contains("\"freeze\":\"body\"", "\"replaced_head\":\"10\"", "\"learning_rates\":\"15.bias=0.25\"")
                .containsPattern("\"init_sha256\":\"[0-9a-f]{64}\"");

        Path part = Files.createDirectories(folder.resolve("part/checkpoints")).getParent();
        for (String file : List.of("options.json", "checkpoints/epoch-1.safetensors")) {
            Files.copy(whole.resolve(file), part.resolve(file));
        }
        var resumed = Cli.run("train", "--resume", part.toString(), "--data", data);

        assertThat(resumed.exitCode()).as(resumed.err()).isZero();
        assertThat(Files.mismatch(part.resolve("weights.safetensors"), whole.resolve("weights.safetensors")))
                .isEqualTo(-1);
        var other = Cli.run("train", "--resume", part.toString(), "--data", data, "--freeze", "0");
        assertThat(other.exitCode()).isEqualTo(2);
        assertThat(other.err()).contains("--freeze is 0, the run has body");
    }

    @Test
    void whatDoesNotFitIsSaidBeforeAFolderIsMade() {
        Path run = folder.resolve("run");
        String init = pretrained.toString();

        expect(1, "replace the last layer (--replace-head 10)", train(run, "--init", init));
        expect(2, "--replace-head is 3, the data have 10", train(run, "--init", init, "--replace-head", "3"));
        expect(2, "--replace-head needs --init", train(run, "--replace-head", "10"));
        expect(2, "'lay' names no parameter of the model", train(run, "--freeze", "lay"));
        expect(2, "everything is frozen", train(run, "--freeze", "*"));
        expect(2, "the learning rate of '0' is -1.0", train(run, "--learning-rate-of", "0=-1"));
        expect(1, "missing.safetensors", train(run, "--init", "missing.safetensors"));
        assertThat(run).doesNotExist();
    }

    private static void expect(int exitCode, String message, Cli result) {
        assertThat(result.exitCode()).as(result.err()).isEqualTo(exitCode);
        assertThat(result.errLines()).hasSize(1);
        assertThat(result.err()).contains(message);
    }
}
