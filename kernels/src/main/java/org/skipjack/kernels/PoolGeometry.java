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

    /** Rows that an average divides by: those inside the padded input, or inside the input. */
    int divisorRows(int oy, boolean countPadding) {
        int top = oy * strideH - padH;
        return countPadding ? Math.min(top + kernelH, height + padH) - top : bottom(oy) - top(oy);
    }

    /** Columns that an average divides by. */
    int divisorColumns(int ox, boolean countPadding) {
        int left = ox * strideW - padW;
        return countPadding ? Math.min(left + kernelW, width + padW) - left : right(ox) - left(ox);
    }

    /** Whether windows of 2x2 lie side by side and fill the input. */
    boolean halves() {
        return kernelH == 2
                && kernelW == 2
                && strideH == 2
                && strideW == 2
                && padH == 0
                && padW == 0
                && height % 2 == 0
                && width % 2 == 0;
    }
}
