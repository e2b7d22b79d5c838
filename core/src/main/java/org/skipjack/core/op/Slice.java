package org.skipjack.core.op;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;
import org.skipjack.core.ShapeMismatchException;
import org.skipjack.core.Tensor;

/**
 * A range of one dimension.
 *
 * @param axis the dimension, counted from the front
 * @param from first index
 * @param to index after the last
 */
public record Slice(int axis, int from, int to) implements Op {
    @Override
    public String label() {
        return "slice";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        ShapeRules.operands(label(), inputs, "input");
        Shape in = inputs.getFirst();
        ShapeRules.axis(label(), in, axis);
        if (from < 0 || from > to || to > in.dim(axis)) {
            throw new ShapeMismatchException(
                    label(),
                    "range " + from + " to " + to + " does not lie within 0 to " + in.dim(axis) + ", dimension " + axis
                            + " of input " + in);
        }
        return in.with(axis, to - from);
    }

    @Override
    public List<@Nullable Tensor> gradient(Tensor output, Tensor upstream) {
        int extent = output.inputs().getFirst().shape().dim(axis);
        return List.of(upstream.pad(axis, from, extent - to));
    }

    @Override
    public double[] define(List<Operand> inputs, Shape shape) {
        var in = inputs.getFirst();
        var out = new double[shape.elements()];
        Block.copy(in.data(), in.shape(), from, out, shape, 0, axis, to - from);
        return out;
    }
}
