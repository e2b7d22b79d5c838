package org.skipjack.core.op;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;
import org.skipjack.core.ShapeMismatchException;
import org.skipjack.core.Tensor;

/**
 * Joins operands along one dimension; their other extents are equal.
 *
 * @param axis the dimension, counted from the front
 */
public record Concatenate(int axis) implements Op {
    @Override
    public String label() {
        return "concatenate";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        if (inputs.isEmpty()) {
            throw new ShapeMismatchException(label(), "expects at least one operand, got none");
        }
        Shape first = inputs.getFirst();
        ShapeRules.axis(label(), first, axis);
        int extent = 0;
        for (int i = 0; i < inputs.size(); i++) {
            Shape part = inputs.get(i);
            if (part.rank() != first.rank() || !part.with(axis, first.dim(axis)).equals(first)) {
                throw new ShapeMismatchException(
                        label(),
                        "operand " + i + " has shape " + part + ", which differs from " + first
                                + " of operand 0 in more than dimension " + axis);
            }
            extent = Math.addExact(extent, part.dim(axis));
        }
        return first.with(axis, extent);
    }

    @Override
    public List<@Nullable Tensor> gradient(Tensor output, Tensor upstream) {
        var gradients = new ArrayList<@Nullable Tensor>();
        int from = 0;
        for (Tensor part : output.inputs()) {
            int to = from + part.shape().dim(axis);
            gradients.add(upstream.slice(axis, from, to));
            from = to;
        }
        return gradients;
    }

    @Override
    public double[] define(List<Operand> inputs, Shape shape) {
        var out = new double[shape.elements()];
        int from = 0;
        for (Operand part : inputs) {
            int extent = part.shape().dim(axis);
            Block.copy(part.data(), part.shape(), 0, out, shape, from, axis, extent);
            from += extent;
        }
        return out;
    }
}
