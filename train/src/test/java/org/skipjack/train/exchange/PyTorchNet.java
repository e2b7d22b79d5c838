package org.skipjack.train.exchange;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.skipjack.core.Tensor;
import org.skipjack.train.safetensors.SafetensorsEntry;
import org.skipjack.train.safetensors.SafetensorsFile;

/**
 * A net of PyTorch or torchvision: names and shapes of its state dict, and its logits for hashed weights and images; from
 * {@code exchange.txt}, which {@code exchange.py} among the fixtures' scripts made. The formulas are there.
 */
record PyTorchNet(String model, int seed, int[] images, Map<String, int[]> shapes, double[] logits) {

    private static final int STREAMS_PER_SEED = 4096;
    private static final int IMAGES = 2048;
    private static final String COUNTER = "num_batches_tracked";

    static PyTorchNet named(String model) {
        Map<String, int[]> shapes = null;
        String[] head = {};
        for (String line : lines()) {
            String[] words = line.split(" ");
            if (words[0].equals("net") && words[1].equals(model)) {
                head = words;
                shapes = new LinkedHashMap<>();
            } else if (shapes != null && words[0].equals("logits")) {
                double[] logits = Arrays.stream(words, 1, words.length)
                        .mapToDouble(Double::parseDouble)
                        .toArray();
                return new PyTorchNet(model, Integer.parseInt(head[2]), numbers(head, 3), shapes, logits);
            } else if (shapes != null) {
                shapes.put(words[0], numbers(words, 1));
            }
        }
        throw new NoSuchElementException(model);
    }

    private static List<String> lines() {
        try (InputStream in = Objects.requireNonNull(PyTorchNet.class.getResourceAsStream("exchange.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int[] numbers(String[] words, int from) {
        return Arrays.stream(words, from, words.length)
                .mapToInt(Integer::parseInt)
                .toArray();
    }

    /** The state dict as Python's safetensors would write it, under names that begin with the prefix. */
    void write(Path file, String prefix, boolean counters) {
        var entries = new ArrayList<SafetensorsEntry>();
        for (String name : shapes.keySet()) {
            int[] shape = Objects.requireNonNull(shapes.get(name));
            if (!name.endsWith(COUNTER)) {
                entries.add(SafetensorsEntry.ofFloats(prefix + name, shape, values(name)));
            } else if (counters) {
                entries.add(SafetensorsEntry.ofLongs(prefix + name, shape, new long[] {position(name)}));
            }
        }
        SafetensorsFile.write(file, entries, Map.of("format", "pt"));
    }

    /** The elements of a tensor. */
    float[] values(String name) {
        int[] shape = Objects.requireNonNull(shapes.get(name));
        int count = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        int stream = seed * STREAMS_PER_SEED + position(name);
        double scale = shape.length > 1 ? Math.sqrt(24.0 * shape[0] / count) : 0;
        var values = new float[count];
        for (int i = 0; i < count; i++) {
            double u = uniform(stream, i);
            double value;
            if (name.endsWith(COUNTER)) {
                value = position(name);
            } else if (shape.length > 1) {
                value = u * scale;
            } else if (name.endsWith("running_mean")) {
                value = u / 2;
            } else if (name.endsWith("running_var")) {
                value = 1 + u;
            } else {
                value = name.endsWith("weight") ? 1 + u / 2 : u / 5;
            }
            values[i] = (float) value;
        }
        return values;
    }

    private int position(String name) {
        return List.copyOf(shapes.keySet()).indexOf(name);
    }

    /** The images whose logits are known. */
    Tensor batch() {
        var pixels = new float[Arrays.stream(images).reduce(1, Math::multiplyExact)];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) uniform(seed * STREAMS_PER_SEED + IMAGES, i);
        }
        return Tensor.wrap(pixels, images);
    }

    /** The largest difference from the logits, by the largest logit. */
    double distance(float[] found) {
        double difference = 0;
        double largest = 0;
        for (int i = 0; i < logits.length; i++) {
            difference = Math.max(difference, Math.abs(found[i] - logits[i]));
            largest = Math.max(largest, Math.abs(logits[i]));
        }
        return difference / largest;
    }

    private static double uniform(int stream, int position) {
        int h = position + stream * 0x9E3779B1;
        h ^= h >>> 16;
        h *= 0x7FEB352D;
        h ^= h >>> 15;
        h *= 0x846CA68B;
        h ^= h >>> 16;
        return (h >>> 8) * 0x1p-24 - 0.5;
    }
}
