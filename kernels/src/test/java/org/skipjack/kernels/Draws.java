package org.skipjack.kernels;

import java.util.Random;

/** Seeded test data. */
final class Draws {
    /** What a kernel may meet and a random number is never. */
    static final float[] SPECIALS = {
        0f,
        -0f,
        1f,
        -1f,
        Float.NaN,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        Float.MIN_VALUE,
        -Float.MIN_VALUE,
        Float.MIN_NORMAL,
        Float.MAX_VALUE,
        -Float.MAX_VALUE
    };

    private Draws() {}

    /** From N(0, 1). */
    static float[] gaussian(Random random, int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** Whole numbers from {@code -bound} to {@code bound}. */
    static float[] whole(Random random, int n, int bound) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = random.nextInt(2 * bound + 1) - bound;
        }
        return values;
    }

    /** From N(0, 1), every third one of {@link #SPECIALS}. */
    static float[] withSpecials(Random random, int n) {
        float[] values = gaussian(random, n);
        for (int i = 0; i < n; i++) {
            if (random.nextInt(3) == 0) {
                values[i] = SPECIALS[random.nextInt(SPECIALS.length)];
            }
        }
        return values;
    }

    static int oneOf(Random random, int... choices) {
        return choices[random.nextInt(choices.length)];
    }

    static float[] magnitudes(float[] values) {
        float[] result = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = Math.abs(values[i]);
        }
        return result;
    }

    /** A copy whose lanes from {@code valid} hold {@code value}. */
    static float[] withTail(float[] values, int valid, float value) {
        float[] result = values.clone();
        for (int i = 0; i < result.length; i++) {
            if (i % Lanes.COUNT >= valid) {
                result[i] = value;
            }
        }
        return result;
    }
}
