package org.skipjack.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.skipjack.train.safetensors.SafetensorsEntry;
import org.skipjack.train.safetensors.SafetensorsFile;

/**
 * A net in a Python process, which gets commands on its standard input and sleeps between them; see {@code
 * pytorch_peer.py}. It measures its steps itself: the pipes are not part of the time.
 */
public final class PyTorchSession implements Bench.Session {
    private static final int SECONDS_TO_END = 10;
    private static final String FAILED = "failed: ";

    private final Process process;
    private final Writer commands;
    private final BufferedReader answers;
    private float lossOfLastStep = Float.NaN;

    PyTorchSession(PyTorchBench side, Problem problem, int threads) {
        try {
            Path file = Files.createTempFile("problem", ".safetensors");
            try {
                write(file, problem);
                LibTorchSetting setting = side.setting();
                var builder = new ProcessBuilder(
                                side.pyTorch().python(),
                                side.pyTorch().script().toString(),
                                file.toString(),
                                problem.net().id(),
                                problem.task().name().toLowerCase(Locale.ROOT),
                                Integer.toString(threads),
                                setting.channelsLast() ? "channels_last" : "contiguous",
                                side.mode().argument())
                        .redirectError(ProcessBuilder.Redirect.INHERIT);
                if (!setting.blasThreads()) {
                    builder.environment().put("OPENBLAS_NUM_THREADS", "1");
                }
                process = builder.start();
                commands = process.outputWriter(StandardCharsets.UTF_8);
                answers = process.inputReader(StandardCharsets.UTF_8);
                requireDone();
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + side.name(), e);
        }
    }

    private static void write(Path file, Problem problem) {
        var entries = new ArrayList<SafetensorsEntry>();
        int[] shape = {problem.batch(), 1, problem.size(), problem.size()};
        entries.add(SafetensorsEntry.ofFloats("images", shape, problem.images()));
        long[] labels = Arrays.stream(problem.labels()).asLongStream().toArray();
        entries.add(SafetensorsEntry.ofLongs("labels", new int[] {problem.batch()}, labels));
        float[] rate = {problem.net().learningRate()};
        entries.add(SafetensorsEntry.ofFloats("learning_rate", new int[0], rate));
        problem.state()
                .forEach((name, values) ->
                        entries.add(SafetensorsEntry.ofFloats(name, new int[] {values.length}, values)));
        SafetensorsFile.write(file, entries, Map.of());
    }

    private void command(String line) {
        try {
            commands.write(line + "\n");
            commands.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("its process has ended", e);
        }
    }

    private String answer() {
        try {
            String line = answers.readLine();
            if (line == null) {
                throw new IllegalStateException("its process has ended with code " + process.waitFor());
            }
            if (line.startsWith(FAILED)) {
                throw new IllegalStateException(line.substring(FAILED.length()));
            }
            return line;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while its process ended", e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read what its process says", e);
        }
    }

    private void requireDone() {
        String line = answer();
        if (!line.equals("done")) {
            throw new IllegalStateException("its process says \"" + line + "\", expected \"done\"");
        }
    }

    @Override
    public void resume() {
        // The process keeps its settings.
    }

    @Override
    public void restart() {
        command("restart");
        requireDone();
    }

    @Override
    public void step() {
        time(new long[1], 0, 1);
    }

    @Override
    public void time(long[] nanos, int from, int to) {
        command("time " + (to - from));
        String[] times = answer().split(" ", -1);
        for (int i = from; i < to; i++) {
            nanos[i] = Long.parseLong(times[i - from]);
        }
        lossOfLastStep = Float.parseFloat(answer());
    }

    @Override
    public float lossOfLastStep() {
        return lossOfLastStep;
    }

    @Override
    public OptionalLong residentBytes() {
        command("memory");
        long bytes = Long.parseLong(answer());
        return bytes > 0 ? OptionalLong.of(bytes) : OptionalLong.empty();
    }

    /** The process ends with its input. */
    @Override
    public void close() {
        try {
            commands.close();
            if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException alreadyEnded) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
