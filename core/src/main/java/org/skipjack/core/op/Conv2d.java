package org.skipjack.core.op;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;
import org.skipjack.core.ShapeMismatchException;
import org.skipjack.core.Tensor;

/**
 * Two-dimensional convolution (cross-correlation, as everywhere in deep learning) with zero padding:
 *
 * <pre>{@code
 * y[n,o,i,j] = Σ_c Σ_u Σ_v w[o,c,u,v]
 *              x[n, c, i * strideH + u * dilationH - padH, j * strideW + v * dilationW - padW]
 * }</pre>
 *
 * <p>Operands: input {@code [N, C, H, W]} and weight {@code [O, C, kh, kw]}; result {@code [N, O, H', W']} with
 * {@code H' = ⌊(H + 2 padH - dilationH (kh - 1) - 1) / strideH⌋ + 1}. A bias is a broadcast addition. Follows PyTorch's
 * {@code conv2d} with one group.
 *
 * @param strideH rows between neighbouring windows
 * @param strideW columns between neighbouring windows
 * @param padH rows of zeros above and below
 * @param padW columns of zeros left and right
 * @param dilationH rows between neighbouring taps of the kernel
 * @param dilationW columns between neighbouring taps of the kernel
 */
public record Conv2d(int strideH, int strideW, int padH, int padW, int dilationH, int dilationW) implements Op {
    /**
     * Checks the attributes.
     *
     * @throws IllegalArgumentException if a stride or dilation is below 1 or a padding below 0
     */
    public Conv2d {
        if (strideH < 1 || strideW < 1) {
            throw new IllegalArgumentException("[conv2d]: stride must be at least 1, got " + strideH + "x" + strideW);
        }
        if (padH < 0 || padW < 0) {
            throw new IllegalArgumentException("[conv2d]: padding must not be negative, got " + padH + "x" + padW);
        }
        if (dilationH < 1 || dilationW < 1) {
            throw new IllegalArgumentException(
                    "[conv2d]: dilation must be at least 1, got " + dilationH + "x" + dilationW);
        }
    }

    /** The same stride and padding in both directions, no dilation. */
    public static Conv2d of(int stride, int padding) {
        return new Conv2d(stride, stride, padding, padding, 1, 1);
    }

    @Override
    public String label() {
        return "conv2d";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        ShapeRules.operands(label(), inputs, "input", "weight");
        return output(label(), inputs.get(0), inputs.get(1));
    }

    /**
     * Rows of the result.
     *
     * @param x shape of the input, {@code [N, C, H, W]}
     * @param w shape of the weight, {@code [O, C, kh, kw]}
     */
    public int outH(Shape x, Shape w) {
        return Math.floorDiv(x.dim(2) + 2 * padH - extent(w.dim(2), dilationH), strideH) + 1;
    }

    /**
     * Columns of the result.
     *
     * @param x shape of the input, {@code [N, C, H, W]}
     * @param w shape of the weight, {@code [O, C, kh, kw]}
     */
    public int outW(Shape x, Shape w) {
        return Math.floorDiv(x.dim(3) + 2 * padW - extent(w.dim(3), dilationW), strideW) + 1;
    }

    /** What a kernel of {@code taps} taps spans with its gaps. */
    private static int extent(int taps, int dilation) {
        return dilation * (taps - 1) + 1;
    }

    /** The shape rule, in the name of this op or of one of its gradients. */
    Shape output(String op, Shape x, Shape w) {
        ShapeRules.rank(op, "input", x, 4, "[N, C, H, W]");
        ShapeRules.rank(op, "weight", w, 4, "[O, C, kh, kw]");
        if (x.dim(1) != w.dim(1)) {
            throw new ShapeMismatchException(
                    op, "input has " + x.dim(1) + " channels, weight expects " + w.dim(1) + both(x, w));
        }
        if (w.dim(2) < 1 || w.dim(3) < 1) {
            throw new ShapeMismatchException(
                    op, "kernel is " + w.dim(2) + "x" + w.dim(3) + ", expected at least 1x1" + both(x, w));
        }
        int kernelH = extent(w.dim(2), dilationH);
        int kernelW = extent(w.dim(3), dilationW);
        int paddedH = x.dim(2) + 2 * padH;
        int paddedW = x.dim(3) + 2 * padW;
        if (paddedH < kernelH || paddedW < kernelW) {
            boolean dilated = dilationH > 1 || dilationW > 1;
            throw new ShapeMismatchException(
                    op,
                    "padded input is " + paddedH + "x" + paddedW + ", smaller than the " + (dilated ? "dilated " : "")
                            + "kernel of " + kernelH + "x" + kernelW + both(x, w)
                            + "; use a larger input, more padding or a smaller kernel");
        }
        return Shape.of(x.dim(0), w.dim(0), outH(x, w), outW(x, w));
    }

    private static String both(Shape x, Shape w) {
        return "; input " + x + ", weight " + w;
    }

    @Override
    public List<@Nullable Tensor> gradient(Tensor output, Tensor upstream) {
        Tensor x = output.inputs().get(0);
        Tensor w = output.inputs().get(1);
        return List.of(
                Tensor.record(new Conv2dInputGradient(this, x.shape()), upstream, w),
                Tensor.record(new Conv2dWeightGradient(this, w.shape()), upstream, x));
    }

    @Override
    public double[] define(List<Operand> inputs, Shape shape) {
        var x = inputs.get(0);
        var w = inputs.get(1);
        var y = new double[shape.elements()];
        forEachRow(x.shape(), w.shape(), shape, (yi, xi, step, wi, count) -> {
            for (int j = 0; j < count; j++) {
                y[yi + j] += x.data()[xi + j * step] * w.data()[wi];
            }
        });
        return y;
    }

    /** Products of one element of the weight, by the positions of what is multiplied. */
    interface Row {
        /** {@code y[yi + j] += x[xi + j * step] w[wi]} for {@code j} from 0 to {@code count}. */
        void visit(int yi, int xi, int step, int wi, int count);
    }

    /**
     * All products {@code y += x w} of the convolution, row by row of {@code y}. Its two gradients run over the same ones: it is
     * bilinear.
     */
    void forEachRow(Shape x, Shape w, Shape y, Row row) {
        for (int n = 0; n < x.dim(0); n++) {
            for (int o = 0; o < w.dim(0); o++) {
                for (int c = 0; c < x.dim(1); c++) {
                    for (int u = 0; u < w.dim(2); u++) {
                        for (int v = 0; v < w.dim(3); v++) {
                            rows(x, w, y, n, o, c, u, v, row);
                        }
                    }
                }
            }
        }
    }

    private void rows(Shape x, Shape w, Shape y, int n, int o, int c, int u, int v, Row row) {
        int tap = v * dilationW - padW;
        int first = Math.max(0, Math.ceilDiv(-tap, strideW));
        int count = Math.min(y.dim(3), Math.ceilDiv(x.dim(3) - tap, strideW)) - first;
        int wi = ((o * w.dim(1) + c) * w.dim(2) + u) * w.dim(3) + v;
        for (int i = 0; i < y.dim(2); i++) {
            int h = i * strideH + u * dilationH - padH;
            if (h >= 0 && h < x.dim(2)) {
                int yi = ((n * w.dim(0) + o) * y.dim(2) + i) * y.dim(3) + first;
                int xi = ((n * x.dim(1) + c) * x.dim(2) + h) * x.dim(3) + first * strideW + tap;
                row.visit(yi, xi, strideW, wi, count);
            }
        }
    }
}
