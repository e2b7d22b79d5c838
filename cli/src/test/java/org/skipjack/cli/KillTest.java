package org.skipjack.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Trainings that are killed ({@code kill -9}) again and again and resumed each time end with the weights of one that runs
 * through, bit for bit.
 *
 * <p>Every second kill waits until a checkpoint is being written, and counts as inside a save only if the half-written file
 * is found afterwards. {@code scripts/kill-test} runs this with more kills.
 */
@EnabledOnOs(OS.LINUX)
class KillTest {

    private static final int KILLS = Integer.getInteger("skipjack.kills", 3);
    /** At least one in so many kills is inside a save: none of three, as every second is aimed and one may miss. */
    private static final int SHARE = 4;

    private static final long SEED = Long.getLong("skipjack.kills.seed", 0);

    /** Before each operation on files: a save then takes about 0.2 s, long enough to be met. */
    private static final int DISK_DELAY_MILLIS = 4;

    private static final long LONGEST_PAUSE_MILLIS = 200;

    private final Random random = new Random(SEED);

    @TempDir
    Path folder;

    private String data = "";
    private long trainingMillis;
    private int kills;
    private int insideSaves;

    @Test
    void everyKilledTrainingIsResumedToTheSameWeights() throws Exception {
        data = SyntheticMnist.writeTo(folder.resolve("mnist")).toString();
        byte[] whole = Files.readAllBytes(trainThrough().resolve("weights.safetensors"));
        int runs = 0;
        while (kills < KILLS) {
            Path run = folder.resolve("run-" + ++runs);
            trainKilled(run);

            assertThat(Files.readAllBytes(run.resolve("weights.safetensors")))
                    .as("run %d, after %d kills with seed %d", runs, kills, SEED)
                    .isEqualTo(whole);
            assertThat(run.resolve("checkpoints")).isDirectoryNotContaining("glob:**.tmp");
            System.out.printf(
                    "%d runs, %d kills, %d of them inside a save: all ended with the same weights%n",
                    runs, kills, insideSaves);
        }
        assertThat(insideSaves).as("kills inside a save, of %d", kills).isGreaterThanOrEqualTo(kills / SHARE);
    }

    private Path trainThrough() throws Exception {
        Path run = folder.resolve("whole");
        Process process = start(run);
        awaitTraining(process, run);
        long begun = System.nanoTime();
        assertThat(process.waitFor()).as(output(run)).isZero();
        trainingMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
        return run;
    }

    private void trainKilled(Path run) throws Exception {
        while (true) {
            Process process = start(run);
            try {
                if (kills < KILLS && awaitTraining(process, run) && awaitMoment(process, run)) {
                    process.destroyForcibly().waitFor();
                    kills++;
                    insideSaves += saving(run) ? 1 : 0;
                } else if (process.waitFor() == 0) {
                    return;
                } else {
                    throw new AssertionError("run " + run + " failed: " + output(run));
                }
            } finally {
                process.destroyForcibly();
            }
        }
    }

    private Process start(Path run) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "-Dskipjack.disk.delay=" + DISK_DELAY_MILLIS,
                "-cp",
                System.getProperty("java.class.path"),
                "org.skipjack.cli.Main",
                "train",
                "--data",
                data,
                "--threads",
                String.valueOf(1 + random.nextInt(2))));
        command.addAll(
                Files.isDirectory(run.resolve("checkpoints")) && saved(run)
                        ? List.of("--resume", run.toString())
                        : List.of(
                                "lenet-bn",
                                "--dataset",
                                "mnist",
                                "--epochs",
                                "2",
                                "--batch-size",
                                "4000",
                                "--learning-rate",
                                "0.5",
                                "--momentum",
                                "0.5",
                                "--checkpoint-every",
                                "4",
                                "--out",
                                run.toString()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log(run).toFile())
                .start();
    }

    /** False if the process ends before it begins to train. */
    private static boolean awaitTraining(Process process, Path run) throws Exception {
        while (process.isAlive()) {
            if (saved(run) && output(run).contains("training on")) {
                return true;
            }
            Thread.sleep(1);
        }
        return false;
    }

    /** Waits for any moment of the training, or for one in which a checkpoint is being written; false if it ends before. */
    private boolean awaitMoment(Process process, Path run) throws Exception {
        if (kills % 2 == 0) {
            boolean ended = process.waitFor(random.nextLong(trainingMillis), TimeUnit.MILLISECONDS);
            // The machine's pace changes: most moments should lie within a training, all of it should be met.
            trainingMillis += ended ? -trainingMillis / 4 : trainingMillis / 8 + 1;
            return !ended;
        }
        while (process.isAlive() && !saving(run)) {
            Thread.sleep(1);
        }
        return !process.waitFor(random.nextLong(LONGEST_PAUSE_MILLIS), TimeUnit.MILLISECONDS);
    }

    private static boolean saved(Path run) throws IOException {
        return anyCheckpoint(run, "epoch-");
    }

    /** Whether a checkpoint is half written. */
    private static boolean saving(Path run) throws IOException {
        return anyCheckpoint(run, ".epoch-");
    }

    private static boolean anyCheckpoint(Path run, String prefix) throws IOException {
        try (var files = Files.list(run.resolve("checkpoints"))) {
            return files.anyMatch(file -> file.getFileName().toString().startsWith(prefix));
        } catch (NoSuchFileException notYet) {
            return false;
        }
    }

    private static Path log(Path run) {
        return run.resolveSibling(run.getFileName() + ".log");
    }

    private static String output(Path run) throws IOException {
        return Files.readString(log(run));
    }
}
