package org.skipjack.benchmarks;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * What every side of a comparison is given: net, task, initial state, one batch. The loss is the batch's mean cross-entropy,
 * the update plain SGD.
 *
 * <p>The state goes by PyTorch's names for a {@code Sequential}: {@code 0.weight}, {@code 1.running_mean}.
 */
public final class Problem {
    private final Net net;
    private final Task task;
    private final int size;
    private final float[] images;
    private final int[] labels;
    private final Map<String, float[]> state;

    /**
     * Keeps the arrays, which must not change afterwards.
     *
     * @param size rows and columns of an image
     * @param images {@code [N, 1, size, size]}
     * @param labels {@code [N]}, 0 to 9
     * @param state parameters and running statistics by name, row-major
     * @throws IllegalArgumentException if there are not as many images as labels
     */
    public Problem(Net net, Task task, int size, float[] images, int[] labels, Map<String, float[]> state) {
        if (images.length != labels.length * size * size) {
            throw new IllegalArgumentException(
                    "%d pixels are not %d images of %d by %d".formatted(images.length, labels.length, size, size));
        }
        this.net = net;
        this.task = task;
        this.size = size;
        this.images = images;
        this.labels = labels;
        this.state = Collections.unmodifiableMap(new LinkedHashMap<>(state));
    }

    /**
     * A batch of random pixels and labels, the tutorial's initial weights (Xavier's uniform weights, PyTorch's uniform
     * biases), and running statistics as if some steps had been taken, with variances that let a signal through all layers of
     * a net. The same seed gives the same bits.
     */
    public static Problem random(Net net, Task task, int batch, int size, long seed) {
        var random = new SplittableRandom(seed);
        var state = new LinkedHashMap<String, float[]>();
        net.create(random).stateDict().forEach((name, variable) -> {
            if (name.endsWith(".running_mean")) {
                state.put(name, uniform(variable.shape().elements(), -0.1, 0.1, random));
            } else if (name.endsWith(".running_var")) {
                state.put(name, uniform(variable.shape().elements(), 0.2, 0.6, random));
            } else if (!isCounter(name)) {
                state.put(name, variable.toFloatArray());
            }
        });
        float[] images = uniform(batch * size * size, 0, 1, random);
        int[] labels = random.ints(batch, 0, Net.CLASSES).toArray();
        return new Problem(net, task, size, images, labels, state);
    }

    /** Whether a variable counts batches, which is no part of a problem. */
    static boolean isCounter(String name) {
        return name.endsWith(".num_batches_tracked");
    }

    private static float[] uniform(int length, double low, double high, RandomGenerator random) {
        var values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextDouble(low, high);
        }
        return values;
    }

    /**
     * Mean cross-entropy of the batch.
     *
     * @param logits {@code [N, 10]}, row-major
     */
    public float loss(float[] logits) {
        double sum = 0;
        for (int i = 0; i < labels.length; i++) {
            double exponentials = 0;
            for (int c = 0; c < Net.CLASSES; c++) {
                exponentials += Math.exp(logits[i * Net.CLASSES + c]);
            }
            sum += Math.log(exponentials) - logits[i * Net.CLASSES + labels[i]];
        }
        return (float) (sum / labels.length);
    }

    /** What is built. */
    public Net net() {
        return net;
    }

    /** What is timed. */
    public Task task() {
        return task;
    }

    /** Rows and columns of an image. */
    public int size() {
        return size;
    }

    /** Number of images. */
    public int batch() {
        return labels.length;
    }

    /** Pixels {@code [N, 1, size, size]}; not a copy. */
    public float[] images() {
        return images;
    }

    /** Classes {@code [N]}; not a copy. */
    public int[] labels() {
        return labels;
    }

    /** Initial parameters and running statistics by PyTorch's names, row-major; not copies. */
    public Map<String, float[]> state() {
        return state;
    }
}
