package org.skipjack.core.op;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;

/**
 * Sum over some dimensions.
 *
 * @param axes the dimensions summed, ascending
 * @param keepDim whether a summed dimension stays with extent 1 or disappears
 */
public record Sum(List<Integer> axes, boolean keepDim) implements Op {
    @Override
    public String label() {
        return "sum";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        return Reduction.shape(inputs.getFirst(), axes, keepDim);
    }

    @Override
    public List<@Nullable Tensor> gradient(Tensor output, Tensor upstream) {
        Shape in = output.inputs().getFirst().shape();
        return List.of(upstream.reshape(Reduction.shape(in, axes, true)).broadcastTo(in));
    }

    @Override
    public double[] define(List<Operand> inputs, Shape shape) {
        return Reduction.reduce(inputs.getFirst(), axes, 0, Double::sum);
    }
}
