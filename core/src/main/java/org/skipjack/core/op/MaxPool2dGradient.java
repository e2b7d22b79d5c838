package org.skipjack.core.op;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;

/**
 * Gradient of a {@link MaxPool2d}: each {@code dy} goes to its window's winner, which is found again in the input
 * rather than stored; an element that wins several windows adds up.
 *
 * <p>Operands: {@code dy [N, C, H', W']} and the input {@code [N, C, H, W]}; result of the input's shape.
 *
 * @param pool the pooling
 */
public record MaxPool2dGradient(MaxPool2d pool) implements Op {
    @Override
    public String label() {
        return "maxPool2dGradient";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        ShapeRules.operands(label(), inputs, "dy", "input");
        Shape x = inputs.get(1);
        Shape expected = pool.window().output(label(), x);
        ShapeRules.same(label(), "dy", inputs.getFirst(), expected, () -> "the result of input " + x);
        return x;
    }

    @Override
    public List<@Nullable Tensor> gradient(Tensor output, Tensor upstream) {
        throw GradientException.second(label());
    }

    @Override
    public double[] define(List<Operand> inputs, Shape shape) {
        var dy = inputs.get(0);
        var x = inputs.get(1);
        var window = pool.window();
        var dx = new double[shape.elements()];
        Span.forEachWindow(
                shape,
                dy.shape(),
                window::rows,
                window::columns,
                (yi, plane, rows, columns) ->
                        dx[MaxPool2d.winner(x.data(), plane, shape.dim(3), rows, columns)] += dy.data()[yi]);
        return dx;
    }
}
