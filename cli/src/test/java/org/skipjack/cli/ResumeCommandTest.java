package org.skipjack.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skipjack.train.run.RunFolder;

/** {@code skipjack train --resume RUN}. */
class ResumeCommandTest {

    @TempDir
    static Path shared;

    /** Two epochs of fifteen steps, never interrupted. */
    private static Path whole = Path.of("");

    private static String data = "";
    private static List<String> wholeOutput = List.of();

    @TempDir
    Path folder;

    @BeforeAll
    static void train() throws IOException {
        data = SyntheticMnist.writeTo(shared.resolve("mnist")).toString();
        whole = shared.resolve("whole");
        var result = start(whole, "--epochs", "2");
        assertThat(result.exitCode()).as(result.err()).isZero();
        wholeOutput = result.outLines();
    }

    private static Cli start(Path run, String... more) {
        var arguments = new ArrayList<>(List.of("train", "lenet-bn", "--dataset", "mnist", "--data", data));
        arguments.addAll(List.of("--out", run.toString(), "--batch-size", "4000", "--learning-rate", "0.5"));
        arguments.addAll(List.of("--momentum", "0.5", "--checkpoint-every", "4"));
        arguments.addAll(List.of(more));
        return Cli.run(arguments.toArray(String[]::new));
    }

    private static Cli resume(Path run, String... more) {
        var arguments = new ArrayList<>(List.of("train", "--resume", run.toString(), "--data", data));
        arguments.addAll(List.of(more));
        return Cli.run(arguments.toArray(String[]::new));
    }

    /** A copy of the whole run as it was at a checkpoint. */
    private Path until(String checkpoint) throws IOException {
        Path run = Files.createDirectories(folder.resolve("run"));
        Files.createDirectories(run.resolve("checkpoints"));
        Files.copy(whole.resolve("options.json"), run.resolve("options.json"));
        Files.copy(
                whole.resolve("checkpoints").resolve(checkpoint),
                run.resolve("checkpoints").resolve(checkpoint));
        Files.writeString(run.resolve("metrics.jsonl"), "{\"type\":\"point\",\"epoch\":1.9}\n{\"type\":\"po");
        return run;
    }

    @Test
    void aRunGoesOnFromWithinAnEpochToTheSameWeightsMetricsCurvesAndLastLines() throws Exception {
        // Steps 20, 24 and 28 are in the second epoch; the newest three are kept.
        Path run = until("epoch-2-step-9.safetensors");

        var result = resume(run, "--threads", "1");

        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(result.outLines())
                .anyMatch(line -> line.equals("going on from " + run.resolve("checkpoints/epoch-2-step-9.safetensors")
                        + ": 1 of 2 epochs and 9 steps"));
        assertThat(Files.mismatch(run.resolve("weights.safetensors"), whole.resolve("weights.safetensors")))
                .isEqualTo(-1);
        assertThat(Files.mismatch(run.resolve("curves.svg"), whole.resolve("curves.svg")))
                .isEqualTo(-1);
        assertThat(figures(run)).isEqualTo(figures(whole));
        assertThat(lastLines(result.outLines())).isEqualTo(lastLines(wholeOutput));
    }

    private static List<String> figures(Path run) throws IOException {
        return Files.readAllLines(run.resolve("metrics.jsonl")).stream()
                .map(line -> line.replaceAll(",\"(step_)?seconds\":.*|,\"examples_per_second.*", ""))
                .toList();
    }

    private static List<String> lastLines(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith("loss ") || line.startsWith("epoch 2: "))
                .toList();
    }

    @Test
    void whatWouldMakeAnotherTrainingOfItIsRefusedWithWhatDiffers() throws Exception {
        Path run = until("epoch-2.safetensors");

        var result = resume(
                run, "lenet", "--batch-size", "64", "--momentum", "0.5", "--seed", "1", "--convolution", "direct");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.errLines())
                .hasSize(1)
                .first()
                .asString()
                .isEqualTo("skipjack train: " + run + " cannot go on with other options: MODEL is lenet, the run has "
                        + "lenet-bn; --batch-size is 64, the run has 4000; --seed is 1, the run has 0; --convolution is "
                        + "direct, the run has auto. Leave them out, or train anew (see skipjack train --help)");
    }

    @Test
    void otherDataAreRefused() throws Exception {
        Path run = until("epoch-2.safetensors");
        Path others = SyntheticMnist.writeTo(folder.resolve("others"), 3);

        var result = Cli.run("train", "--resume", run.toString(), "--data", others.toString());

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.errLines())
                .hasSize(1)
                .first()
                .asString()
                .startsWith("skipjack: the training data are not those of the run: found SHA-256 ")
                .endsWith("; give the same ones with --data");
    }

    @Test
    void aFinishedRunSaysSoAndMoreEpochsCanBeAdded() throws Exception {
        Path run = until("epoch-2.safetensors");

        var finished = resume(run);
        assertThat(finished.exitCode()).as(finished.err()).isZero();
        assertThat(finished.outLines())
                .contains("all 2 epochs of this run are complete, nothing is left to do; --epochs adds some")
                .anyMatch(line -> line.equals(lastLines(wholeOutput).getLast()));
        // What a kill after the last checkpoint would have left undone.
        assertThat(Files.mismatch(run.resolve("weights.safetensors"), whole.resolve("weights.safetensors")))
                .isEqualTo(-1);

        var more = resume(run, "--epochs", "3");
        assertThat(more.exitCode()).as(more.err()).isZero();
        assertThat(more.outLines()).anyMatch(line -> line.startsWith("epoch 3: "));
        assertThat(run.resolve("options.json")).content().contains("\"epochs\":3");

        var fewer = resume(run, "--epochs", "2");
        assertThat(fewer.exitCode()).isEqualTo(2);
        assertThat(fewer.err()).contains("--epochs is 2, the run is in epoch 3 already");
    }

    @Test
    void aDamagedCheckpointIsNamedAndTheOneBeforeTaken() throws Exception {
        Path run = until("epoch-2-step-9.safetensors");
        Path damaged = Files.write(run.resolve("checkpoints/epoch-2-step-13.safetensors"), new byte[1000]);

        var result = resume(run);

        assertThat(result.exitCode()).isZero();
        assertThat(result.errLines())
                .containsExactly(
                        "skipjack: " + damaged + ": is damaged: its contents do not have the checksum at its end; "
                                + "going on from epoch-2-step-9.safetensors");
        assertThat(Files.mismatch(run.resolve("weights.safetensors"), whole.resolve("weights.safetensors")))
                .isEqualTo(-1);
    }

    @Test
    void aRunInWhichAnotherProcessTrainsIsRefused() throws Exception {
        Path run = until("epoch-2.safetensors");
        var result = new Cli[1];
        try (var other = RunFolder.reopen(run)) {
            assertThat(other.path()).isEqualTo(run);
            result[0] = resume(run);
        }

        assertThat(result[0].exitCode()).isEqualTo(1);
        assertThat(result[0].errLines())
                .containsExactly("skipjack: " + run
                        + ": another process trains in this folder; wait for it, or choose another folder");
    }

    @Test
    void checkpointsGoToTheBackupToo() throws Exception {
        Path run = until("epoch-2-step-9.safetensors");
        Path backup = Files.createDirectory(folder.resolve("backup"));

        var result = resume(run, "--backup", backup.toString());

        assertThat(result.exitCode()).as(result.err()).isZero();
        Path copy = backup.resolve("run/checkpoints/epoch-2.safetensors");
        assertThat(Files.mismatch(copy, run.resolve("checkpoints/epoch-2.safetensors")))
                .isEqualTo(-1);
        var fromBackup = resume(backup.resolve("run"));
        assertThat(fromBackup.exitCode()).as(fromBackup.err()).isZero();
        assertThat(fromBackup.errLines())
                .containsExactly("skipjack: the run goes on in its backup " + backup
                        + " and has no second place; --backup names one");
        assertThat(Files.mismatch(backup.resolve("run/weights.safetensors"), whole.resolve("weights.safetensors")))
                .isEqualTo(-1);
    }

    @Test
    void wrongUseIsSaidInALine() throws Exception {
        assertWrong("this folder is not that of a run", 1, resume(folder));
        Path run = until("epoch-2.safetensors");
        assertWrong("--out has no place beside --resume", 2, resume(run, "--out", "x"));
        assertWrong("--keep is 0, expected at least 1", 2, resume(run, "--keep", "0"));
        assertWrong("'soon' is no interval", 2, resume(run, "--checkpoint-every", "soon"));
        assertWrong(
                "is no folder; make it",
                2,
                resume(run, "--backup", folder.resolve("none").toString()));
        assertWrong("is where the run itself is", 2, resume(run, "--backup", folder.toString()));
        assertWrong("Missing required parameter: 'MODEL'", 2, Cli.run("train"));
    }

    private static void assertWrong(String message, int exitCode, Cli result) {
        assertThat(result.errLines()).hasSize(1).first().asString().contains(message);
        assertThat(result.exitCode()).isEqualTo(exitCode);
    }
}
