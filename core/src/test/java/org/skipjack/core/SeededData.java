package org.skipjack.core;

import java.util.Random;

/**
 * Seeded operands of test cases: normally distributed, or small whole numbers that keep every sum and product of a case
 * exact in float.
 */
final class SeededData {
    private static final float[] POWERS_OF_FOUR = {1, 4, 16, 64};

    private final Random random;
    private final boolean whole;

    private SeededData(long seed, boolean whole) {
        this.random = new Random(seed);
        this.whole = whole;
    }

    /** Standard normal numbers. */
    static SeededData normal(long seed) {
        return new SeededData(seed, false);
    }

    /** Whole numbers from -3 to 3, so that zeros and ties occur. */
    static SeededData whole(long seed) {
        return new SeededData(seed, true);
    }

    Tensor tensor(int... dims) {
        return Tensor.wrap(values(Shape.of(dims).elements()), dims);
    }

    Tensor like(Shape shape) {
        return tensor(shape.dims());
    }

    Parameter parameter(String name, int... dims) {
        var parameter = new Parameter(name, Shape.of(dims));
        parameter.assign(values(parameter.shape().elements()));
        return parameter;
    }

    /** Numbers from 0.5 to 2.5, or powers of four, whose square roots and quotients are exact. */
    Tensor positive(int... dims) {
        var values = new float[Shape.of(dims).elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = whole ? POWERS_OF_FOUR[random.nextInt(4)] : 0.5f + 2 * random.nextFloat();
        }
        return Tensor.wrap(values, dims);
    }

    /** Batch statistics of an input with that many channels; {@code variance + 0.25} is a power of four if whole. */
    Tensor statistics(int channels) {
        var values = new float[2 * channels];
        for (int c = 0; c < channels; c++) {
            values[c] = whole ? random.nextInt(7) - 3 : (float) random.nextGaussian();
            values[channels + c] = whole ? POWERS_OF_FOUR[random.nextInt(3)] - 0.25f : 0.5f + random.nextFloat();
        }
        return Tensor.wrap(values, 2, channels);
    }

    /** In each channel a whole mean plus and minus 3 equally often, in random order: the variance is exactly 9. */
    Tensor paired(int... dims) {
        Shape shape = Shape.of(dims);
        var values = new float[shape.elements()];
        int inner = shape.elements(2, shape.rank());
        for (int c = 0; c < dims[1]; c++) {
            int mean = random.nextInt(7) - 3;
            int count = dims[0] * inner;
            for (int i = 0, ups = count / 2; i < count; i++) {
                boolean up = random.nextInt(count - i) < ups;
                ups -= up ? 1 : 0;
                values[(i / inner * dims[1] + c) * inner + i % inner] = mean + (up ? 3 : -3);
            }
        }
        return Tensor.wrap(values, dims);
    }

    /** Class numbers, of which about every seventh is {@code ignored}. */
    Tensor labels(int examples, int classes, int ignored) {
        var labels = new int[examples];
        for (int i = 0; i < examples; i++) {
            labels[i] = i > 0 && random.nextInt(7) == 0 ? ignored : random.nextInt(classes);
        }
        return Tensor.ofInts(labels, examples);
    }

    private float[] values(int length) {
        var values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = whole ? random.nextInt(7) - 3 : (float) random.nextGaussian();
        }
        return values;
    }
}
