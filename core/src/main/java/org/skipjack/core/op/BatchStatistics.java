package org.skipjack.core.op;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;

/**
 * Mean and biased variance of each channel: input {@code [N, C]}, {@code [N, C, L]} or {@code [N, C, H, W]}, result
 * {@code [2, C]} with the means in row 0 and the variances {@code Σ (x - mean)² / n} in row 1.
 *
 * <p>Defined by two passes; {@code E[x²] - E[x]²} would lose all digits of the variance where the mean is large.
 */
public record BatchStatistics() implements Op {
    @Override
    public String label() {
        return "batchStatistics";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        ShapeRules.operands(label(), inputs, "input");
        Channels.check(label(), inputs.getFirst());
        return Channels.statistics(inputs.getFirst());
    }

    /**
     * {@code dx = (dmean + 2 (x - mean) dvariance) / n}; the mean inside the variance adds nothing,
     * {@code Σ (x - mean) = 0}.
     */
    @Override
    public List<@Nullable Tensor> gradient(Tensor output, Tensor upstream) {
        Tensor x = output.inputs().getFirst();
        Tensor centred = x.sub(Channels.row(output, 0, x.shape()));
        Tensor throughVariance =
                centred.mul(Channels.row(upstream, 1, x.shape()).mul(2));
        return List.of(throughVariance.add(Channels.row(upstream, 0, x.shape())).div(Channels.count(x.shape())));
    }

    @Override
    public double[] define(List<Operand> inputs, Shape shape) {
        double[] x = inputs.getFirst().data();
        Shape in = inputs.getFirst().shape();
        int channels = in.dim(1);
        int n = Channels.count(in);
        var out = new double[2 * channels];
        for (int i = 0; i < x.length; i++) {
            out[Channels.of(in, i)] += x[i];
        }
        for (int c = 0; c < channels; c++) {
            out[c] /= n;
        }
        for (int i = 0; i < x.length; i++) {
            int c = Channels.of(in, i);
            out[channels + c] += (x[i] - out[c]) * (x[i] - out[c]);
        }
        for (int c = 0; c < channels; c++) {
            out[channels + c] /= n;
        }
        return out;
    }
}
