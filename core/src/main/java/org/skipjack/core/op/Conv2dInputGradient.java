package org.skipjack.core.op;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;

/**
 * Gradient of a {@link Conv2d} with respect to its input: {@code dx = Σ dy w} over the products that each element of
 * the input takes part in (a transposed convolution).
 *
 * <p>Operands: {@code dy [N, O, H', W']} and the weight {@code [O, C, kh, kw]}; result {@code [N, C, H, W]}.
 *
 * @param conv the convolution
 * @param input shape of its input, which {@code dy} alone does not tell when the stride is above 1
 */
public record Conv2dInputGradient(Conv2d conv, Shape input) implements Op {
    @Override
    public String label() {
        return "conv2dInputGradient";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        ShapeRules.operands(label(), inputs, "dy", "weight");
        Shape w = inputs.get(1);
        ShapeRules.same(
                label(),
                "dy",
                inputs.getFirst(),
                conv.output(label(), input, w),
                () -> "the result of input " + input + " with weight " + w);
        return input;
    }

    @Override
    public List<@Nullable Tensor> gradient(Tensor output, Tensor upstream) {
        throw GradientException.second(label());
    }

    @Override
    public double[] define(List<Operand> inputs, Shape shape) {
        var dy = inputs.get(0);
        var w = inputs.get(1);
        var dx = new double[shape.elements()];
        conv.forEachRow(shape, w.shape(), dy.shape(), (yi, xi, step, wi, count) -> {
            for (int j = 0; j < count; j++) {
                dx[xi + j * step] += dy.data()[yi + j] * w.data()[wi];
            }
        });
        return dx;
    }
}
