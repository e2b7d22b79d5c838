package org.skipjack.core.op;

import org.skipjack.core.Shape;
import org.skipjack.core.ShapeMismatchException;

/**
 * The windows of a pooling: {@code kernelH x kernelW} elements, {@code strideH x strideW} apart, over an input padded
 * on all sides. Windows that do not fit at the end are left out (floor mode).
 *
 * @param kernelH rows of a window
 * @param kernelW columns of a window
 * @param strideH rows between neighbouring windows
 * @param strideW columns between neighbouring windows
 * @param padH rows of padding above and below, at most half the kernel
 * @param padW columns of padding left and right, at most half the kernel
 */
public record Window2d(int kernelH, int kernelW, int strideH, int strideW, int padH, int padW) {
    /**
     * Checks the attributes.
     *
     * @throws IllegalArgumentException if kernel or stride are below 1 or the padding is negative or above half the
     *     kernel (a window could then lie in the padding alone)
     */
    public Window2d {
        if (kernelH < 1 || kernelW < 1) {
            throw new IllegalArgumentException("[pool2d]: kernel must be at least 1x1, got " + kernelH + "x" + kernelW);
        }
        if (strideH < 1 || strideW < 1) {
            throw new IllegalArgumentException("[pool2d]: stride must be at least 1, got " + strideH + "x" + strideW);
        }
        if (padH < 0 || padW < 0 || padH > kernelH / 2 || padW > kernelW / 2) {
            throw new IllegalArgumentException("[pool2d]: padding must be at least 0 and at most half the kernel, "
                    + kernelH / 2 + "x" + kernelW / 2 + " for kernel " + kernelH + "x" + kernelW + ", got " + padH + "x"
                    + padW);
        }
    }

    /** A square window without padding. */
    public static Window2d of(int kernel, int stride) {
        return new Window2d(kernel, kernel, stride, stride, 0, 0);
    }

    /** Rows of the result for an input of {@code h} rows; below 1 if the input is too small. */
    public int outH(int h) {
        return Math.floorDiv(h + 2 * padH - kernelH, strideH) + 1;
    }

    /** Columns of the result for an input of {@code w} columns; below 1 if the input is too small. */
    public int outW(int w) {
        return Math.floorDiv(w + 2 * padW - kernelW, strideW) + 1;
    }

    /** The shape rule of a pooling with these windows. */
    Shape output(String op, Shape x) {
        ShapeRules.rank(op, "input", x, 4, "[N, C, H, W]");
        int h = x.dim(2);
        int w = x.dim(3);
        if (h < 1 || w < 1 || outH(h) < 1 || outW(w) < 1) {
            throw new ShapeMismatchException(
                    op,
                    "output is too small: input " + x + " padded by " + padH + "x" + padW + " is " + (h + 2 * padH)
                            + "x"
                            + (w + 2 * padW) + ", the window is " + kernelH + "x" + kernelW
                            + "; use a larger input or a smaller window");
        }
        return Shape.of(x.dim(0), x.dim(1), outH(h), outW(w));
    }

    /** The rows of the input that row {@code i} of the result covers. */
    Span rows(int i, int h) {
        return Span.clipped(i * strideH - padH, kernelH, h);
    }

    /** The columns of the input that column {@code j} of the result covers. */
    Span columns(int j, int w) {
        return Span.clipped(j * strideW - padW, kernelW, w);
    }
}
