package org.skipjack.core.op;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;

/**
 * Gradient of a {@link Conv2d} with respect to its weight: {@code dw = Σ dy x} over the products that each element of
 * the weight takes part in, that is over all images and positions.
 *
 * <p>Operands: {@code dy [N, O, H', W']} and the input {@code [N, C, H, W]}; result {@code [O, C, kh, kw]}.
 *
 * @param conv the convolution
 * @param weight shape of its weight
 */
public record Conv2dWeightGradient(Conv2d conv, Shape weight) implements Op {
    @Override
    public String label() {
        return "conv2dWeightGradient";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        ShapeRules.operands(label(), inputs, "dy", "input");
        Shape x = inputs.get(1);
        ShapeRules.same(
                label(),
                "dy",
                inputs.getFirst(),
                conv.output(label(), x, weight),
                () -> "the result of input " + x + " with weight " + weight);
        return weight;
    }

    @Override
    public List<@Nullable Tensor> gradient(Tensor output, Tensor upstream) {
        throw GradientException.second(label());
    }

    @Override
    public double[] define(List<Operand> inputs, Shape shape) {
        var dy = inputs.get(0);
        var x = inputs.get(1);
        var dw = new double[shape.elements()];
        conv.forEachRow(x.shape(), shape, dy.shape(), (yi, xi, step, wi, count) -> {
            for (int j = 0; j < count; j++) {
                dw[wi] += dy.data()[yi + j] * x.data()[xi + j * step];
            }
        });
        return dw;
    }
}
