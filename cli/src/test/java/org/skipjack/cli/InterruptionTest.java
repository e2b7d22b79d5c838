package org.skipjack.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skipjack.train.checkpoint.CheckpointFolder;

/** Signals to a process that trains: how it ends, and that it can be gone on with from where it says. */
@EnabledOnOs(OS.LINUX)
@Timeout(180)
class InterruptionTest {

    @TempDir
    static Path shared;

    private static String data = "";

    @TempDir
    Path folder;

    private Path run = Path.of("");
    private Path output = Path.of("");
    private final List<Process> started = new ArrayList<>();

    @BeforeAll
    static void writeData() throws IOException {
        data = SyntheticMnist.writeTo(shared.resolve("mnist")).toString();
    }

    @AfterEach
    void endProcesses() {
        started.forEach(Process::destroyForcibly);
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143", "HUP, 129"})
    void aSignalEndsTheStepLeavesTheRunAndGivesItsExitCode(String signal, int exitCode) throws Exception {
        Process process = lenet("run", "--epochs", "1000");
        await(process, "the first step", () -> Files.exists(run.resolve("metrics.jsonl")));

        send(process, signal);

        assertEnds(process, exitCode);
        assertThat(Files.readString(output))
                .endsWith("stopped: the newest checkpoint is " + newest() + "; go on with skipjack train --resume "
                        + run + "\n");
        assertThat(run.resolve("weights.safetensors")).isNotEmptyFile();
        assertThat(run.resolve("curves.svg")).isNotEmptyFile();
        assertThat(run.resolve("metrics.jsonl")).content().contains("\"stopped\":true");
    }

    /** Kernels are compiled for seconds before the first step of a ResNet-18; its starting state is in a file by then. */
    @Test
    void aFirstStepThatTakesLongIsGivenUpAndTheStartingStateStays() throws Exception {
        Process process = start("run", "resnet18", "--resize", "32", "--batch-size", "1000", "--epochs", "1");
        await(process, "the first checkpoint", () -> saved("epoch-0"));
        byte[] before = Files.readAllBytes(run.resolve("checkpoints/epoch-0.safetensors"));

        send(process, "INT");
        assertEnds(process, 130);

        assertThat(Files.readString(output))
                .contains("stopped: the newest checkpoint is epoch-0.safetensors; go on with skipjack train --resume "
                        + run);
        assertThat(newest()).isEqualTo("epoch-0.safetensors");
        assertThat(Files.readAllBytes(run.resolve("checkpoints/epoch-0.safetensors")))
                .isEqualTo(before);
    }

    @Test
    void aTestThatIsInterruptedIsDoneAgainWithTheSameFiguresAndWeights() throws Exception {
        Process whole = lenet("whole", "--epochs", "2");
        assertEnds(whole, 0);
        Path expected = run;
        Process process = lenet("run", "--epochs", "2");
        // The last curve point of an epoch is written just before its test.
        await(process, "a test", () -> metrics().contains("{\"type\":\"point\",\"epoch\":1.0,"));

        send(process, "TERM");
        assertEnds(process, 143);
        Process resumed = java("train", "--resume", run.toString(), "--data", data);
        assertEnds(resumed, 0);

        assertThat(run.resolve("weights.safetensors")).hasSameBinaryContentAs(expected.resolve("weights.safetensors"));
        assertThat(run.resolve("curves.svg")).hasSameBinaryContentAs(expected.resolve("curves.svg"));
    }

    @Test
    void aSecondSignalEndsTheProcessAtOnceInTheMiddleOfASave() throws Exception {
        // A save then takes about a second.
        Process process = lenet("run", "--epochs", "1000", "-Dskipjack.disk.delay=100");
        await(process, "the first step", () -> metrics().contains("point"));
        send(process, "INT");
        await(process, "a save", () -> saved(".epoch-1-step-"));

        send(process, "INT");

        assertEnds(process, 130);
        // The progress line of the step that was under way may come between.
        assertThat(Files.readString(output))
                .contains("skipjack: stopping; a second signal ends at once\n")
                .endsWith("skipjack: ended at once; train --resume goes on from the newest checkpoint\n");
        assertThat(newest()).isEqualTo("epoch-0.safetensors");
    }

    private Process lenet(String name, String... more) throws IOException {
        var arguments = new ArrayList<>(List.of("lenet-bn", "--batch-size", "4000", "--learning-rate", "0.5"));
        arguments.addAll(List.of(more));
        return start(name, arguments.toArray(String[]::new));
    }

    private Process start(String name, String... more) throws IOException {
        run = folder.resolve(name);
        var arguments =
                new ArrayList<>(List.of("train", "--dataset", "mnist", "--data", data, "--out", run.toString()));
        arguments.addAll(List.of(more));
        return java(arguments.toArray(String[]::new));
    }

    private Process java(String... arguments) throws IOException {
        output = folder.resolve("output-" + started.size());
        // A build that was started in the background ignores SIGINT, and what it starts would inherit that.
        var command = new ArrayList<>(List.of(
                "env",
                "--default-signal=INT,HUP",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector"));
        var words = new ArrayList<>(List.of(arguments));
        words.stream().filter(word -> word.startsWith("-D")).forEach(command::add);
        words.removeIf(word -> word.startsWith("-D"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "org.skipjack.cli.Main"));
        command.addAll(words);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        started.add(process);
        return process;
    }

    /** Something on the disk that is waited for. */
    @FunctionalInterface
    private interface Sight {
        boolean seen() throws IOException;
    }

    private void await(Process process, String what, Sight sight) throws Exception {
        while (!sight.seen()) {
            assertThat(process.isAlive())
                    .as("alive until %s: %s", what, Files.readString(output))
                    .isTrue();
            Thread.sleep(5);
        }
    }

    private static void send(Process process, String signal) throws Exception {
        new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid()))
                .start()
                .waitFor();
    }

    /** How long that takes depends on what else the machine does: the figures are measured, here only the end is awaited. */
    private void assertEnds(Process process, int exitCode) throws Exception {
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(output)).isEqualTo(exitCode);
    }

    private boolean saved(String prefix) throws IOException {
        Path checkpoints = run.resolve("checkpoints");
        if (!Files.isDirectory(checkpoints)) {
            return false;
        }
        try (var files = Files.list(checkpoints)) {
            return files.anyMatch(file -> file.getFileName().toString().startsWith(prefix));
        }
    }

    private String metrics() throws IOException {
        Path metrics = run.resolve("metrics.jsonl");
        return Files.exists(metrics) ? Files.readString(metrics) : "";
    }

    /** The file that a resumed training would go on from; it is verified. */
    private String newest() {
        return new CheckpointFolder(run.resolve("checkpoints"))
                .newest(warning -> {
                    throw new AssertionError(warning);
                })
                .map(found -> found.file().getFileName().toString())
                .orElse("none");
    }
}
