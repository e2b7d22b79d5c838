package org.skipjack.kernels;

/**
 * Products of a batch in {@link Lanes} with a matrix: the linear layer, its input gradient and its weight gradient.
 */
public final class MatMulLanes {
    /** Floats of scratch that {@link #weightGradient} needs. */
    public static final int SUMS = 16 * Lanes.COUNT;

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

    /**
     * Rows {@code firstRow} to {@code lastRow} (exclusive) of {@code dw[r,k] = Σ dy[r] x[k]} over all examples of the batch.
     * Lanes without an example must hold zeros in {@code dy} and {@code x}.
     *
     * @param dw {@code [rows, depth]} from {@code dwOff}
     * @param dy block {@code b} is {@code [rows, 16]} from {@code dyOff + b dyBlock}
     * @param x block {@code b} is {@code [depth, 16]} from {@code xOff + b xBlock}
     * @param sums scratch of {@link #SUMS} floats
     */
    public static void weightGradient(
            float[] dw,
            int dwOff,
            float[] dy,
            int dyOff,
            int dyBlock,
            float[] x,
            int xOff,
            int xBlock,
            int firstRow,
            int lastRow,
            int depth,
            int blocks,
            float[] sums,
            int sumsOff) {
        if (Simd.AVAILABLE) {
            MatMulLanesSimd.weightGradient(
                    dw, dwOff, dy, dyOff, dyBlock, x, xOff, xBlock, firstRow, lastRow, depth, blocks, sums, sumsOff);
        } else {
            MatMulLanesScalar.weightGradient(
                    dw, dwOff, dy, dyOff, dyBlock, x, xOff, xBlock, firstRow, lastRow, depth, blocks, sums, sumsOff);
        }
    }
}
