package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

import java.util.Arrays;

/** Scalar twin of {@link MatMulLanesSimd}: the same additions in the same order for each lane, so the same bits. */
final class MatMulLanesScalar {
    private MatMulLanesScalar() {}

    static void forward(
            float[] y,
            int yOff,
            float[] x,
            int xOff,
            float[] w,
            int wOff,
            float[] bias,
            int biasOff,
            MatMulGeometry g) {
        for (int r = 0; r < g.rows(); r++) {
            int to = yOff + r * COUNT;
            Arrays.fill(y, to, to + COUNT, bias.length > 0 ? bias[biasOff + r] : 0f);
            for (int k = 0; k < g.depth(); k++) {
                float weight = w[wOff + r * g.rowStride() + k * g.depthStride()];
                int from = xOff + k * COUNT;
                for (int l = 0; l < COUNT; l++) {
                    y[to + l] = Math.fma(weight, x[from + l], y[to + l]);
                }
            }
        }
    }
}
