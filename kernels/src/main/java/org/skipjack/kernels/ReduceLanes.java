package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

import java.util.Arrays;

/** Reductions within the examples of one block of {@link Lanes}, and over its lanes. */
public final class ReduceLanes {
    private ReduceLanes() {}

    /**
     * {@code out[o, i] = Σ_r x[o, r, i]}, each entry a vector of 16 examples: in registers if {@code inner} is 1, else by adding
     * runs of {@code inner} vectors to the result.
     */
    public static void sum(float[] out, int outOff, float[] x, int xOff, int outer, int reduced, int inner) {
        if (inner == 1) {
            if (Simd.AVAILABLE) {
                ReduceLanesSimd.sum(out, outOff, x, xOff, outer, reduced);
            } else {
                ReduceLanesScalar.sum(out, outOff, x, xOff, outer, reduced);
            }
            return;
        }
        int run = inner * COUNT;
        for (int o = 0; o < outer; o++) {
            int to = outOff + o * run;
            int from = xOff + o * reduced * run;
            System.arraycopy(x, from, out, to, run);
            for (int r = 1; r < reduced; r++) {
                ElementwiseLanes.add(out, to, out, to, x, from + r * run, run);
            }
        }
    }

    /** {@code out[o, i] = max_r x[o, r, i]}. */
    public static void maximum(float[] out, int outOff, float[] x, int xOff, int outer, int reduced, int inner) {
        int run = inner * COUNT;
        for (int o = 0; o < outer; o++) {
            int to = outOff + o * run;
            int from = xOff + o * reduced * run;
            System.arraycopy(x, from, out, to, run);
            for (int r = 1; r < reduced; r++) {
                ElementwiseLanes.maximum(out, to, out, to, x, from + r * run, run);
            }
        }
    }

    /** Index of the first maximum: {@code out[o, i] = argmax_r x[o, r, i]}. */
    public static void argMax(float[] out, int outOff, float[] x, int xOff, int outer, int reduced, int inner) {
        int run = inner * COUNT;
        for (int o = 0; o < outer; o++) {
            for (int i = 0; i < run; i++) {
                int from = xOff + o * reduced * run + i;
                int best = 0;
                for (int r = 1; r < reduced; r++) {
                    if (x[from + r * run] > x[from + best * run]) {
                        best = r;
                    }
                }
                out[outOff + o * run + i] = best;
            }
        }
    }

    /**
     * {@code out[e] = Σ_l x[e, l]} over the first {@code valid} lanes of each of {@code n} vectors. The other lanes of {@code x}
     * become zeros.
     */
    public static void lanes(float[] out, int outOff, float[] x, int xOff, int n, int valid) {
        for (int e = 0; e < n; e++) {
            int at = xOff + e * COUNT;
            Arrays.fill(x, at + valid, at + COUNT, 0f);
            out[outOff + e] = LaneSums.of(x, at);
        }
    }

    /** Puts zeros into the lanes from {@code valid} of {@code n} vectors: lanes without an example. */
    public static void clearTail(float[] x, int xOff, int n, int valid) {
        for (int at = xOff; valid < COUNT && at < xOff + n * COUNT; at += COUNT) {
            Arrays.fill(x, at + valid, at + COUNT, 0f);
        }
    }

    /** {@code out[i] = Σ_b partial[b, i]} over blocks, in block order. */
    public static void blocks(float[] out, int outOff, float[] partial, int partialOff, int stride, int n, int blocks) {
        System.arraycopy(partial, partialOff, out, outOff, n);
        for (int b = 1; b < blocks; b++) {
            ElementwiseLanes.add(out, outOff, out, outOff, partial, partialOff + b * stride, n);
        }
    }
}
