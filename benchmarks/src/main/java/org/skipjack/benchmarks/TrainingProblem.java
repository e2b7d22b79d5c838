package org.skipjack.benchmarks;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * What every side of a comparison is given: initial state, one batch, learning rate. The loss is the batch's mean
 * cross-entropy, the update plain SGD.
 *
 * <p>The net is the tutorial's LeNet with batch normalisation: Conv(1, 6, 5), BN, sigmoid, average pooling 2, Conv(6, 16,
 * 5), BN, sigmoid, average pooling 2, flatten, Linear(256, 120), BN, sigmoid, Linear(120, 84), BN, sigmoid, Linear(84, 10).
 * Its state goes by PyTorch's names for a {@code Sequential}: {@code 0.weight}, {@code 1.running_mean}.
 */
public final class TrainingProblem {

    /** Rows and columns of an image. */
    public static final int IMAGE_SIZE = 28;

    private static final int CLASSES = 10;

    private final float[] images;
    private final int[] labels;
    private final Map<String, float[]> state;
    private final float learningRate;

    /**
     * Keeps the arrays, which must not change afterwards.
     *
     * @param images {@code [N, 1, 28, 28]}
     * @param labels {@code [N]}, 0 to 9
     * @param state parameters and running statistics by name, row-major
     * @throws IllegalArgumentException if there are not as many images as labels
     */
    public TrainingProblem(float[] images, int[] labels, Map<String, float[]> state, float learningRate) {
        if (images.length != labels.length * IMAGE_SIZE * IMAGE_SIZE) {
            throw new IllegalArgumentException("%d pixels are not %d images of %d by %d"
                    .formatted(images.length, labels.length, IMAGE_SIZE, IMAGE_SIZE));
        }
        this.images = images;
        this.labels = labels;
        this.state = Collections.unmodifiableMap(new LinkedHashMap<>(state));
        this.learningRate = learningRate;
    }

    /**
     * A batch of random pixels and labels, and the tutorial's initial weights: Xavier's uniform weights, PyTorch's
     * uniform biases, learning rate 1. The same seed gives the same bits.
     */
    public static TrainingProblem lenetBn(int batch, long seed) {
        var random = new SplittableRandom(seed);
        var state = new LinkedHashMap<String, float[]>();
        weights(state, "0", 6, 1, 5 * 5, random);
        batchNorm(state, "1", 6);
        weights(state, "4", 16, 6, 5 * 5, random);
        batchNorm(state, "5", 16);
        weights(state, "9", 120, 256, 1, random);
        batchNorm(state, "10", 120);
        weights(state, "12", 84, 120, 1, random);
        batchNorm(state, "13", 84);
        weights(state, "15", CLASSES, 84, 1, random);
        float[] images = uniform(batch * IMAGE_SIZE * IMAGE_SIZE, 0, 1, random);
        int[] labels = random.ints(batch, 0, CLASSES).toArray();
        return new TrainingProblem(images, labels, state, 1);
    }

    /** Weight {@code [out, in, taps]} in ±√(6 / (fanIn + fanOut)), bias {@code [out]} in ±1/√fanIn. */
    private static void weights(
            Map<String, float[]> state, String layer, int out, int in, int taps, RandomGenerator random) {
        double bound = Math.sqrt(6.0 / (in * taps + out * taps));
        state.put(layer + ".weight", uniform(out * in * taps, -bound, bound, random));
        double biasBound = 1 / Math.sqrt(in * taps);
        state.put(layer + ".bias", uniform(out, -biasBound, biasBound, random));
    }

    private static void batchNorm(Map<String, float[]> state, String layer, int features) {
        state.put(layer + ".weight", filled(features, 1));
        state.put(layer + ".bias", filled(features, 0));
        state.put(layer + ".running_mean", filled(features, 0));
        state.put(layer + ".running_var", filled(features, 1));
    }

    private static float[] filled(int length, float value) {
        var values = new float[length];
        Arrays.fill(values, value);
        return values;
    }

    private static float[] uniform(int length, double low, double high, RandomGenerator random) {
        var values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextDouble(low, high);
        }
        return values;
    }

    /** Number of images. */
    public int batch() {
        return labels.length;
    }

    /** Pixels {@code [N, 1, 28, 28]}; not a copy. */
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

    /** Factor of the gradient in the update. */
    public float learningRate() {
        return learningRate;
    }
}
