package org.skipjack.kernels;

/**
 * Products of a batch in {@link Lanes} with a matrix: the linear layer and its input gradient.
 */
public final class MatMulLanes {
    private MatMulLanes() {}

    /** Generates the kernels of {@link #forward}, which its first call would do otherwise; see {@link ColdKernels}. */
    public static void prepare(MatMulGeometry g, boolean biased) {
        if (Simd.AVAILABLE) {
            MatMulLanesSimd.prepare(g, biased);
        }
    }

    /**
     * {@code y[r] = bias[r] + Σₖ w[r rowStride + k depthStride] x[k]} for one block.
     *
     * @param y {@code [rows, 16]} from {@code yOff}
     * @param x {@code [depth, 16]} from {@code xOff}
     * @param bias {@code [rows]} from {@code biasOff}, or {@link Conv2dLanes#NO_BIAS}
     */
    public static void forward(
            float[] y,
            int yOff,
            float[] x,
            int xOff,
            float[] w,
            int wOff,
            float[] bias,
            int biasOff,
            MatMulGeometry g) {
        if (Simd.AVAILABLE) {
            MatMulLanesSimd.forward(y, yOff, x, xOff, w, wOff, bias, biasOff, g);
        } else {
            MatMulLanesScalar.forward(y, yOff, x, xOff, w, wOff, bias, biasOff, g);
        }
    }
}
