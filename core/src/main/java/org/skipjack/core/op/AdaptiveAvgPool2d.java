package org.skipjack.core.op;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;
import org.skipjack.core.ShapeMismatchException;
import org.skipjack.core.Tensor;

/**
 * Mean over a fixed number of windows that together cover each channel: input {@code [N, C, H, W]}, result
 * {@code [N, C, outH, outW]}. Row {@code i} covers the rows {@code ⌊i H / outH⌋} to {@code ⌈(i + 1) H / outH⌉}
 * (exclusive), so windows overlap where {@code outH} does not divide {@code H}. {@code outH = outW = 1} is global
 * average pooling. Follows PyTorch's {@code adaptive_avg_pool2d}.
 *
 * @param outH rows of the result
 * @param outW columns of the result
 */
public record AdaptiveAvgPool2d(int outH, int outW) implements Op {
    /**
     * Checks the attributes.
     *
     * @throws IllegalArgumentException if an extent is below 1
     */
    public AdaptiveAvgPool2d {
        if (outH < 1 || outW < 1) {
            throw new IllegalArgumentException(
                    "[adaptiveAvgPool2d]: output must be at least 1x1, got " + outH + "x" + outW);
        }
    }

    @Override
    public String label() {
        return "adaptiveAvgPool2d";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        ShapeRules.operands(label(), inputs, "input");
        return output(label(), inputs.getFirst());
    }

    /** The shape rule, in the name of this op or of its gradient. */
    Shape output(String op, Shape x) {
        ShapeRules.rank(op, "input", x, 4, "[N, C, H, W]");
        if (x.dim(2) < 1 || x.dim(3) < 1) {
            throw new ShapeMismatchException(op, "input " + x + " has no rows or no columns, expected at least 1x1");
        }
        return Shape.of(x.dim(0), x.dim(1), outH, outW);
    }

    @Override
    public List<@Nullable Tensor> gradient(Tensor output, Tensor upstream) {
        return List.of(Tensor.record(
                new AdaptiveAvgPool2dGradient(this, output.inputs().getFirst().shape()), upstream));
    }

    /** The rows of the input that row {@code i} of the result covers. */
    Span rows(int i, int h) {
        return Span.part(i, outH, h);
    }

    /** The columns of the input that column {@code j} of the result covers. */
    Span columns(int j, int w) {
        return Span.part(j, outW, w);
    }

    @Override
    public double[] define(List<Operand> inputs, Shape shape) {
        return WindowMean.mean(inputs.getFirst(), shape, this::rows, this::columns, Span::area);
    }
}
