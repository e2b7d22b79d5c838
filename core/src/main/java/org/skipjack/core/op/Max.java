package org.skipjack.core.op;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;

/**
 * Maximum over some dimensions. Elements that tie for the maximum share its gradient equally, as PyTorch's {@code amax}.
 *
 * @param axes the dimensions reduced, ascending
 * @param keepDim whether a reduced dimension stays with extent 1 or disappears
 */
public record Max(List<Integer> axes, boolean keepDim) implements Op {
    @Override
    public String label() {
        return "max";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        return Reduction.shape(inputs.getFirst(), axes, keepDim);
    }

    @Override
    public List<@Nullable Tensor> gradient(Tensor output, Tensor upstream) {
        Tensor x = output.inputs().getFirst();
        Shape kept = Reduction.shape(x.shape(), axes, true);
        Tensor winners = x.equalTo(output.reshape(kept));
        Tensor share = upstream.reshape(kept).div(Tensor.record(new Sum(axes, true), winners));
        return List.of(winners.mul(share));
    }

    @Override
    public double[] define(List<Operand> inputs, Shape shape) {
        return Reduction.reduce(inputs.getFirst(), axes, Double.NEGATIVE_INFINITY, Math::max);
    }
}
