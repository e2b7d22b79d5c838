package org.skipjack.kernels;

/**
 * Sizes of a 2-D pooling of one example.
 *
 * @param channels channels
 * @param height input rows
 * @param width input columns
 * @param kernelH window rows
 * @param kernelW window columns
 * @param strideH rows between windows
 * @param strideW columns between windows
 * @param padH rows of padding on each side
 * @param padW columns of padding on each side
 */
public record PoolGeometry(
        int channels, int height, int width, int kernelH, int kernelW, int strideH, int strideW, int padH, int padW) {
    /** Output rows. */
    public int outH() {
        return (height + 2 * padH - kernelH) / strideH + 1;
    }

    /** Output columns. */
    public int outW() {
        return (width + 2 * padW - kernelW) / strideW + 1;
    }

    int top(int oy) {
        return Math.max(0, oy * strideH - padH);
    }

    int bottom(int oy) {
        return Math.min(height, oy * strideH - padH + kernelH);
    }

    int left(int ox) {
        return Math.max(0, ox * strideW - padW);
    }

    int right(int ox) {
        return Math.min(width, ox * strideW - padW + kernelW);
    }

    /** What an average divides by: the window's cells inside the padded input, or inside the input. */
    float area(int oy, int ox, boolean countPadding) {
        if (countPadding) {
            int rows = Math.min(oy * strideH - padH + kernelH, height + padH) - (oy * strideH - padH);
            int columns = Math.min(ox * strideW - padW + kernelW, width + padW) - (ox * strideW - padW);
            return rows * columns;
        }
        return (bottom(oy) - top(oy)) * (right(ox) - left(ox));
    }
}
