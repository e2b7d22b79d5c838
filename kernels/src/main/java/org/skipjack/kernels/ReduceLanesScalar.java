package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

/** Scalar twin of {@link ReduceLanesSimd}: each lane in 4 interleaved chains, joined in the same order, so the same bits. */
final class ReduceLanesScalar {
    private ReduceLanesScalar() {}

    static void sum(float[] out, int outOff, float[] x, int xOff, int outer, int reduced) {
        for (int o = 0; o < outer; o++) {
            for (int l = 0; l < COUNT; l++) {
                out[outOff + o * COUNT + l] = sum(x, xOff + o * reduced * COUNT + l, reduced);
            }
        }
    }

    /** One lane. */
    private static float sum(float[] x, int at, int reduced) {
        float a0 = 0f;
        float a1 = 0f;
        float a2 = 0f;
        float a3 = 0f;
        int r = 0;
        for (; r + 4 <= reduced; r += 4) {
            int p = at + r * COUNT;
            a0 += x[p];
            a1 += x[p + COUNT];
            a2 += x[p + 2 * COUNT];
            a3 += x[p + 3 * COUNT];
        }
        for (; r < reduced; r++) {
            a0 += x[at + r * COUNT];
        }
        return (a0 + a1) + (a2 + a3);
    }
}
