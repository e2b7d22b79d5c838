package org.skipjack.kernels;

import java.util.ArrayList;
import java.util.List;

/**
 * Sizes of a 2-D convolution of one example.
 *
 * @param channels input channels
 * @param height input rows
 * @param width input columns
 * @param filters output channels
 * @param kernelH kernel rows
 * @param kernelW kernel columns
 * @param strideH rows between windows
 * @param strideW columns between windows
 * @param padH rows of zeros on each side
 * @param padW columns of zeros on each side
 * @param dilationH rows between taps
 * @param dilationW columns between taps
 */
public record ConvGeometry(
        int channels,
        int height,
        int width,
        int filters,
        int kernelH,
        int kernelW,
        int strideH,
        int strideW,
        int padH,
        int padW,
        int dilationH,
        int dilationW) {
    /** Output rows. */
    public int outH() {
        return (height + 2 * padH - dilationH * (kernelH - 1) - 1) / strideH + 1;
    }

    /** Output columns. */
    public int outW() {
        return (width + 2 * padW - dilationW * (kernelW - 1) - 1) / strideW + 1;
    }

    /** Elements of one filter. */
    public int taps() {
        return channels * kernelH * kernelW;
    }

    /** First kernel row that meets the map when the window's top is at input row {@code top}. */
    int firstRow(int top) {
        return top >= 0 ? 0 : (-top + dilationH - 1) / dilationH;
    }

    /** For each kernel column, which of {@code columns} output columns from {@code first} on it meets the map for. */
    List<List<Integer>> columnsMet(int first, int columns) {
        var taps = new ArrayList<List<Integer>>();
        for (int kx = 0; kx < kernelW; kx++) {
            var met = new ArrayList<Integer>();
            for (int i = 0; i < columns; i++) {
                int ix = (first + i) * strideW - padW + kx * dilationW;
                if (ix >= 0 && ix < width) {
                    met.add(i);
                }
            }
            taps.add(met);
        }
        return taps;
    }

    /** Number of kernel rows that meet the map when the window's top is at input row {@code top}. */
    int rows(int top) {
        int end = Math.min(kernelH, Math.floorDiv(height - 1 - top, dilationH) + 1);
        return Math.max(0, end - firstRow(top));
    }
}
