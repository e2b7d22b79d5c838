package org.skipjack.kernels;

/**
 * Where something lies: from element {@code at} of an array.
 *
 * @param array the array
 * @param at first element
 */
public record Slice(float[] array, int at) {
    /** Stands for an operand that is not there. */
    public static final Slice NONE = new Slice(new float[0], 0);

    /** The same array from {@code offset} elements further on. */
    Slice plus(int offset) {
        return new Slice(array, at + offset);
    }
}
