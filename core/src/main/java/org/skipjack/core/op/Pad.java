package org.skipjack.core.op;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;

/**
 * Surrounds one dimension with zeros.
 *
 * @param axis the dimension, counted from the front
 * @param before zeros in front
 * @param after zeros behind
 */
public record Pad(int axis, int before, int after) implements Op {
    /**
     * Checks the attributes.
     *
     * @throws IllegalArgumentException if a number of zeros is negative; {@link Slice} takes elements away
     */
    public Pad {
        if (before < 0 || after < 0) {
            throw new IllegalArgumentException("[pad]: padding must not be negative, got " + before + " before and "
                    + after + " after; use slice to take elements away");
        }
    }

    @Override
    public String label() {
        return "pad";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        ShapeRules.operands(label(), inputs, "input");
        Shape in = inputs.getFirst();
        ShapeRules.axis(label(), in, axis);
        return in.with(axis, before + in.dim(axis) + after);
    }

    @Override
    public List<@Nullable Tensor> gradient(Tensor output, Tensor upstream) {
        int extent = output.inputs().getFirst().shape().dim(axis);
        return List.of(upstream.slice(axis, before, before + extent));
    }

    @Override
    public double[] define(List<Operand> inputs, Shape shape) {
        var in = inputs.getFirst();
        var out = new double[shape.elements()];
        Block.copy(
                in.data(), in.shape(), 0, out, shape, before, axis, in.shape().dim(axis));
        return out;
    }
}
