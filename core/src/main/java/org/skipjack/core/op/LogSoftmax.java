package org.skipjack.core.op;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;
import org.skipjack.core.ShapeMismatchException;
import org.skipjack.core.Tensor;

/**
 * {@code y = x - log Σ eˣ} along the last dimension, of the operand's shape. The maximum is subtracted before the
 * exponential, so that no finite input overflows.
 */
public record LogSoftmax() implements Op {
    @Override
    public String label() {
        return "logSoftmax";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        ShapeRules.operands(label(), inputs, "input");
        if (inputs.getFirst().rank() == 0) {
            throw new ShapeMismatchException(
                    label(), "input is a scalar, expected at least one dimension to normalise along");
        }
        return inputs.getFirst();
    }

    /** {@code dx = dy - softmax(x) Σ dy}. */
    @Override
    public List<@Nullable Tensor> gradient(Tensor output, Tensor upstream) {
        return List.of(upstream.sub(output.exp().mul(upstream.sum(true, -1))));
    }

    @Override
    public double[] define(List<Operand> inputs, Shape shape) {
        int classes = shape.dim(-1);
        var out = inputs.getFirst().data().clone();
        for (int from = 0; from < out.length; from += classes) {
            normalise(out, from, classes);
        }
        return out;
    }

    /** Turns one row of logits into log-probabilities. */
    static void normalise(double[] row, int from, int classes) {
        double max = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < classes; c++) {
            max = Math.max(max, row[from + c]);
        }
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            sum += Math.exp(row[from + c] - max);
        }
        for (int c = 0; c < classes; c++) {
            row[from + c] = row[from + c] - max - Math.log(sum);
        }
    }
}
