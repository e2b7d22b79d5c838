package org.skipjack.core.op;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;

/**
 * Index of the first maximum along one dimension, which disappears. The result holds whole numbers as floats, so that it
 * can be compared with other tensors; no gradient flows.
 *
 * @param axis the dimension searched
 */
public record ArgMax(int axis) implements Op {
    @Override
    public String label() {
        return "argMax";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        return Reduction.shape(inputs.getFirst(), List.of(axis), false);
    }

    @Override
    public List<@Nullable Tensor> gradient(Tensor output, Tensor upstream) {
        return Arrays.asList((Tensor) null);
    }

    @Override
    public double[] define(List<Operand> inputs, Shape shape) {
        var in = inputs.getFirst();
        int n = in.shape().dim(axis);
        int inner = in.shape().elements(axis + 1, in.shape().rank());
        var out = new double[shape.elements()];
        for (int i = 0; i < out.length; i++) {
            int base = i / inner * n * inner + i % inner;
            int best = 0;
            for (int k = 1; k < n; k++) {
                if (in.data()[base + k * inner] > in.data()[base + best * inner]) {
                    best = k;
                }
            }
            out[i] = best;
        }
        return out;
    }
}
