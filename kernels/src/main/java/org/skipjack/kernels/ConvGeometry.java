package org.skipjack.kernels;

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

    /** Rows of the zero-padded input. */
    public int paddedH() {
        return height + 2 * padH;
    }

    /** Columns of the zero-padded input. */
    public int paddedW() {
        return width + 2 * padW;
    }

    /** Elements of one filter. */
    public int taps() {
        return channels * kernelH * kernelW;
    }

    /** Whether the input is used as it is. */
    public boolean unpadded() {
        return padH == 0 && padW == 0;
    }

    /** The sizes of the same convolution over an input whose zeros have been written out. */
    public ConvGeometry padded() {
        return unpadded()
                ? this
                : new ConvGeometry(
                        channels, paddedH(), paddedW(), filters, kernelH, kernelW, strideH, strideW, 0, 0, dilationH,
                        dilationW);
    }

    /**
     * The convolution that gives the input gradient of this one: over {@code dy}, with each filter's taps reversed and
     * filters and channels exchanged. Defined for stride 1; its padding is negative where this one's exceeds {@code d (k - 1)}.
     */
    public ConvGeometry transposed() {
        return new ConvGeometry(
                filters,
                outH(),
                outW(),
                channels,
                kernelH,
                kernelW,
                1,
                1,
                dilationH * (kernelH - 1) - padH,
                dilationW * (kernelW - 1) - padW,
                dilationH,
                dilationW);
    }
}
