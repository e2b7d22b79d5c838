package org.skipjack.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;

/**
 * A range inside a larger array, with NaNs of one bit pattern on both sides: a kernel that writes outside its output changes
 * them, and one that reads outside its input turns its result into NaN.
 */
final class Guarded {
    private static final int PATTERN = 0x7fc0beef;
    private static final int AFTER = 37;

    private final float[] array;
    private final int at;
    private final int length;

    private Guarded(float[] array, int at, int length) {
        this.array = array;
        this.at = at;
        this.length = length;
    }

    /** A range of garbage, for an output. */
    static Guarded output(int at, int length) {
        float[] array = new float[at + length + AFTER];
        Arrays.fill(array, Float.intBitsToFloat(PATTERN));
        return new Guarded(array, at, length);
    }

    /** A range that holds {@code values}. */
    static Guarded input(int at, float[] values) {
        Guarded guarded = output(at, values.length);
        System.arraycopy(values, 0, guarded.array, at, values.length);
        return guarded;
    }

    float[] array() {
        return array;
    }

    int at() {
        return at;
    }

    int length() {
        return length;
    }

    /** The range, after a look at both sides. */
    float[] values() {
        for (int i = 0; i < array.length; i++) {
            if (i < at || i >= at + length) {
                assertThat(Float.floatToRawIntBits(array[i]))
                        .as("index %d outside the range %d..%d", i, at, at + length - 1)
                        .isEqualTo(PATTERN);
            }
        }
        return Arrays.copyOfRange(array, at, at + length);
    }
}
