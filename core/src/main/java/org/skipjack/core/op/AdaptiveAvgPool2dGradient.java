package org.skipjack.core.op;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;

/**
 * Gradient of an {@link AdaptiveAvgPool2d}: each {@code dy [N, C, outH, outW]} spreads evenly over its window of the
 * result {@code [N, C, H, W]}; overlapping windows add up.
 *
 * @param pool the pooling
 * @param input shape of its input
 */
public record AdaptiveAvgPool2dGradient(AdaptiveAvgPool2d pool, Shape input) implements Op {
    @Override
    public String label() {
        return "adaptiveAvgPool2dGradient";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        ShapeRules.operands(label(), inputs, "dy");
        Shape expected = pool.output(label(), input);
        ShapeRules.same(label(), "dy", inputs.getFirst(), expected, () -> "the result of input " + input);
        return input;
    }

    @Override
    public List<@Nullable Tensor> gradient(Tensor output, Tensor upstream) {
        throw GradientException.second(label());
    }

    @Override
    public double[] define(List<Operand> inputs, Shape shape) {
        return WindowMean.spread(inputs.getFirst(), shape, pool::rows, pool::columns, Span::area);
    }
}
