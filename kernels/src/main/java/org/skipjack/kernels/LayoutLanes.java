package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

/** Between rows (one example after the other) and {@link Lanes}. */
public final class LayoutLanes {
    private LayoutLanes() {}

    /** One block from rows: {@code out[e, l] = rows[l, e]}; lanes from {@code valid} become zeros. */
    public static void fromRows(float[] out, int outOff, float[] rows, int rowsOff, int elements, int valid) {
        int done = 0;
        if (Simd.AVAILABLE && valid == COUNT) {
            done = elements / Species.LENGTH * Species.LENGTH;
            LayoutLanesSimd.transpose(out, outOff, COUNT, rows, rowsOff, elements, COUNT, done);
        }
        for (int e = done; e < elements; e++) {
            int to = outOff + e * COUNT;
            int from = rowsOff + e;
            for (int l = 0; l < valid; l++) {
                out[to + l] = rows[from + l * elements];
            }
            for (int l = valid; l < COUNT; l++) {
                out[to + l] = 0f;
            }
        }
    }

    /** One block of whole numbers, one for each example; lanes from {@code valid} become zeros. */
    public static void fromInts(float[] out, int outOff, int[] rows, int rowsOff, int elements, int valid) {
        for (int e = 0; e < elements; e++) {
            for (int l = 0; l < COUNT; l++) {
                out[outOff + e * COUNT + l] = l < valid ? rows[rowsOff + l * elements + e] : 0f;
            }
        }
    }

    /** One block to rows: {@code rows[l, e] = x[e, l]} for the first {@code valid} lanes. */
    public static void toRows(float[] rows, int rowsOff, float[] x, int xOff, int elements, int valid) {
        int done = 0;
        if (Simd.AVAILABLE && valid == COUNT) {
            done = elements / Species.LENGTH * Species.LENGTH;
            LayoutLanesSimd.transpose(rows, rowsOff, elements, x, xOff, COUNT, done, COUNT);
        }
        for (int l = 0; l < valid; l++) {
            int to = rowsOff + l * elements;
            for (int e = done; e < elements; e++) {
                rows[to + e] = x[xOff + e * COUNT + l];
            }
        }
    }

    /**
     * The lanes of some channels at one place, turned: {@code out[l, c] = in[c, l]}.
     *
     * @param outStride from one lane to the next
     * @param inStride from one channel to the next
     * @param channels a multiple of 16
     */
    static void transpose(float[] out, int outOff, int outStride, float[] in, int inOff, int inStride, int channels) {
        if (Simd.AVAILABLE) {
            LayoutLanesSimd.transpose(out, outOff, outStride, in, inOff, inStride, channels, COUNT);
            return;
        }
        for (int c = 0; c < channels; c++) {
            for (int l = 0; l < COUNT; l++) {
                out[outOff + l * outStride + c] = in[inOff + c * inStride + l];
            }
        }
    }

    /** Repeats one value for all examples of a block: {@code out[e, l] = shared[e]}. */
    public static void spread(float[] out, int outOff, float[] shared, int sharedOff, int elements) {
        for (int e = 0; e < elements; e++) {
            float value = shared[sharedOff + e];
            for (int l = 0; l < COUNT; l++) {
                out[outOff + e * COUNT + l] = value;
            }
        }
    }
}
