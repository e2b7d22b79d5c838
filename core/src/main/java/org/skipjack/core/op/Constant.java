package org.skipjack.core.op;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;

/**
 * The same number everywhere; part of a plan's structure, so a number that changes from step to step belongs in a
 * variable instead.
 *
 * @param value the number
 * @param of shape of the result
 */
public record Constant(float value, Shape of) implements Op {
    @Override
    public String label() {
        return "constant";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        return of;
    }

    @Override
    public List<@Nullable Tensor> gradient(Tensor output, Tensor upstream) {
        return List.of();
    }

    @Override
    public double[] define(List<Operand> inputs, Shape shape) {
        var out = new double[shape.elements()];
        Arrays.fill(out, value);
        return out;
    }
}
