package org.skipjack.kernels;

/**
 * The same value of several blocks of {@link Lanes}.
 *
 * @param array where it lies
 * @param at first block
 * @param stride floats from one block to the next
 */
public record Maps(float[] array, int at, int stride) {}
