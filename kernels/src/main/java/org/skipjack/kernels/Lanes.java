package org.skipjack.kernels;

/**
 * The layout of batched values: 16 examples side by side. Element {@code e} of example {@code 16 b + l} of a batch lies at
 * {@code (b * elements + e) * 16 + l}; a batch that is no multiple of 16 ends in a block whose last lanes hold garbage.
 *
 * <p>Whatever a layer does to one number it does here to 16 at once, so narrow layers (1, 6, 16 channels) fill vectors of
 * any width up to 512 bits, and results do not depend on the width.
 */
public final class Lanes {
    /** Examples in a block. */
    public static final int COUNT = 16;

    private Lanes() {}

    /** Number of blocks of a batch. */
    public static int blocks(int batch) {
        return (batch + COUNT - 1) / COUNT;
    }

    /** {@code n} rounded up to a whole number of lanes. */
    public static int pad(int n) {
        return (n + COUNT - 1) / COUNT * COUNT;
    }
}
