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

class TrainCommandTest {

    private static final String NUMBER = "[0-9]+\\.[0-9]";

    @TempDir
    static Path shared;

    private static String data = "";

    @TempDir
    Path folder;

    @BeforeAll
    static void writeData() throws IOException {
        data = SyntheticMnist.writeTo(shared.resolve("mnist")).toString();
    }

    @Test
    void aTrainingEndsWithTheTutorialsTwoLinesAndARunThatCanBeEvaluated() throws Exception {
        Path run = folder.resolve("my run");

        var result = train("--out", run.toString(), "--without", "winograd");

        assertThat(result.exitCode()).as(result.err()).isZero();
        List<String> lines = result.outLines();
        assertThat(lines.get(0)).startsWith("cpu, ").contains("threads");
        assertThat(lines.get(1)).isEqualTo("training on cpu");
        assertThat(lines)
                .anyMatch(line ->
                        line.matches("epoch 1: loss \\d\\.\\d{3}, train acc \\d\\.\\d{3}, test acc \\d\\.\\d{3}"));
        List<String> end = lines.subList(lines.size() - 4, lines.size());
        assertThat(end.get(0)).matches("loss \\d\\.\\d{3}, train acc \\d\\.\\d{3}, test acc \\d\\.\\d{3}");
        assertThat(end.get(1)).matches(NUMBER + "+ examples/sec on cpu");
        assertThat(end.get(2)).matches(NUMBER + "+ examples/sec end to end, with loading and evaluation");
        assertThat(end.get(3)).isEqualTo("run folder " + run);
        assertThat(run.resolve("options.json"))
                .content()
                .contains("\"model\":\"lenet-bn\"", "\"dataset\":\"mnist\"", "\"batch_size\":4000", "\"seed\":3")
                .contains("\"convolution\":\"auto\",\"without\":\"winograd\"");
        assertThat(run.resolve("metrics.jsonl")).isNotEmptyFile();
        assertThat(run.resolve("curves.svg")).isNotEmptyFile();

        var evaluation = Cli.run("evaluate", run.toString(), "--data", data);

        assertThat(evaluation.exitCode()).as(evaluation.err()).isZero();
        String accuracy = end.get(0).substring(end.get(0).indexOf("test acc"));
        assertThat(evaluation.outLines().getFirst())
                .startsWith("lenet-bn on mnist: test loss ")
                .endsWith(accuracy + " over 10000 examples");
    }

    @Test
    void weightsOfAnotherModelAreRefusedWithTheNames() {
        Path run = folder.resolve("run");
        train("--out", run.toString());

        var result = Cli.run("evaluate", run.toString(), "--data", data, "--model", "lenet");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err())
                .startsWith("skipjack: ")
                .contains("running_mean")
                .doesNotContain("\tat ");
    }

    @Test
    void aFolderWithOtherFilesIsRefused() throws Exception {
        Files.createFile(folder.resolve("thesis.tex"));

        var result = train("--out", folder.toString());

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.errLines()).hasSize(1).first().asString().contains("this folder holds other files");
    }

    @Test
    void aBatchOfOneLeftOverIsRefusedBeforeTheFirstStep() {
        var result = train("--out", folder.toString(), "--batch-size", "59999");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).contains("the last batch of an epoch would have 1 of 60000 examples");
    }

    @Test
    void aBatchWithFewerBlocksThanThreadsIsSaid() {
        assertThat(trainWithoutData("--batch-size", "32").errLines())
                .first()
                .isEqualTo(
                        "skipjack: a batch of 32 makes 2 blocks of 16 examples: for most of a step 2 of the 3 threads "
                                + "have work; --batch-size 48 keeps all of them busy");
        assertThat(trainWithoutData("--batch-size", "33").err()).startsWith("skipjack: Fashion-MNIST was not found");
    }

    private Cli trainWithoutData(String option, String value) {
        String nowhere = folder.resolve("nowhere").toString();
        return Cli.run("train", "lenet", "--data", nowhere, "--threads", "3", option, value);
    }

    @Test
    void aTrainingThatDivergesSaysWhereAndWhatToDo() {
        var result = train("--out", folder.toString(), "--learning-rate", "3e38");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.errLines())
                .hasSize(1)
                .first()
                .asString()
                .containsPattern("the loss became \\S+ in epoch 1, step \\d+ of 15, at learning rate 3.0E38: try")
                .endsWith("; the last good checkpoint is " + folder.resolve("checkpoints/epoch-0.safetensors"));
    }

    @Test
    void aTerminalGetsALiveBarAndAPlainStreamDoesNot() {
        var terminal =
                Cli.run(true, Map.of(), arguments("--out", folder.resolve("a").toString()));
        var plain = train("--out", folder.resolve("b").toString());

        assertThat(terminal.exitCode()).isZero();
        assertThat(terminal.out()).contains("\repoch 1/1").contains("examples/s");
        assertThat(plain.out()).doesNotContain("\r");
    }

    @Test
    void anInterruptedThreadEndsWithCode130AndLeavesTheRun() throws Exception {
        Path run = folder.resolve("run");
        Thread main = Thread.currentThread();
        var interrupter = Thread.ofPlatform().start(() -> {
            while (!Files.exists(run.resolve("metrics.jsonl"))) {
                Thread.onSpinWait();
            }
            main.interrupt();
        });
        var result = train("--out", run.toString(), "--epochs", "1000");
        Thread.interrupted();
        interrupter.join();

        assertThat(result.exitCode()).isEqualTo(130);
        assertThat(result.outLines().getLast())
                .startsWith("stopped: ")
                .endsWith("; go on with skipjack train --resume " + run);
        assertThat(run.resolve("weights.safetensors")).isNotEmptyFile();
    }

    private static Cli train(String... more) {
        return Cli.run(arguments(more));
    }

    private static String[] arguments(String... more) {
        var arguments = new ArrayList<>(List.of(
                "train",
                "lenet-bn",
                "--dataset",
                "mnist",
                "--data",
                data,
                "--epochs",
                "1",
                "--batch-size",
                "4000",
                "--learning-rate",
                "0.5",
                "--seed",
                "3"));
        for (int i = 0; i < more.length; i += 2) {
            int given = arguments.indexOf(more[i]);
            if (given >= 0) {
                arguments.set(given + 1, more[i + 1]);
            } else {
                arguments.addAll(List.of(more[i], more[i + 1]));
            }
        }
        return arguments.toArray(String[]::new);
    }
}
