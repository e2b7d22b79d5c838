package org.skipjack.core.op;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;

/**
 * Batch normalisation with given statistics: {@code y = gamma (x - mean) / √(variance + epsilon) + beta} in each
 * channel.
 *
 * <p>Operands: input {@code [N, C]}, {@code [N, C, L]} or {@code [N, C, H, W]}; statistics {@code [2, C]}, means above
 * variances; gamma {@code [C]}; beta {@code [C]}. Result of the input's shape. Ioffe and Szegedy, 2015; the biased
 * variance normalises, as in PyTorch.
 *
 * @param epsilon added to the variance inside the root
 * @param training whether the statistics are the {@link BatchStatistics} of this very input, so that its gradient also
 *     flows through them; otherwise they are constants. In either case the statistics operand itself gets no gradient.
 */
public record BatchNorm(float epsilon, boolean training) implements Op {
    /**
     * Checks the attributes.
     *
     * @throws IllegalArgumentException if epsilon is not a positive number: a constant channel would divide by zero
     */
    public BatchNorm {
        checkEpsilon("batchNorm", epsilon);
    }

    static void checkEpsilon(String op, float epsilon) {
        if (!(epsilon > 0) || Float.isInfinite(epsilon)) {
            throw new IllegalArgumentException("[" + op + "]: epsilon must be a positive number, got " + epsilon
                    + "; it keeps a constant channel from dividing by zero");
        }
    }

    @Override
    public String label() {
        return "batchNorm";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        ShapeRules.operands(label(), inputs, "input", "statistics", "gamma", "beta");
        Shape x = inputs.get(0);
        Channels.check(label(), x);
        Channels.checkStatistics(label(), "statistics", inputs.get(1), x);
        Channels.checkParameter(label(), "gamma", inputs.get(2), x);
        Channels.checkParameter(label(), "beta", inputs.get(3), x);
        return x;
    }

    @Override
    public List<@Nullable Tensor> gradient(Tensor output, Tensor upstream) {
        Tensor x = output.inputs().get(0);
        Tensor statistics = output.inputs().get(1);
        Tensor gamma = output.inputs().get(2);
        Tensor sums = Tensor.record(new BatchNormSums(epsilon), upstream, x, statistics);
        Tensor dx;
        if (training) {
            dx = Tensor.record(new BatchNormInputGradient(epsilon), upstream, x, statistics, gamma, sums);
        } else {
            Tensor scale = gamma.div(Channels.row(statistics, 1).add(epsilon).sqrt());
            dx = upstream.mul(Channels.spread(scale, x.shape()));
        }
        return Arrays.asList(dx, null, Channels.row(sums, 1), Channels.row(sums, 0));
    }

    /** {@code 1 / √(variance + epsilon)} of a channel. */
    static double inverseDeviation(Operand statistics, int channel, float epsilon) {
        return 1 / Math.sqrt(statistics.data()[statistics.shape().dim(1) + channel] + epsilon);
    }

    @Override
    public double[] define(List<Operand> inputs, Shape shape) {
        double[] x = inputs.get(0).data();
        var statistics = inputs.get(1);
        double[] gamma = inputs.get(2).data();
        double[] beta = inputs.get(3).data();
        var y = new double[x.length];
        for (int i = 0; i < y.length; i++) {
            int c = Channels.of(shape, i);
            double normal = (x[i] - statistics.data()[c]) * inverseDeviation(statistics, c, epsilon);
            y[i] = gamma[c] * normal + beta[c];
        }
        return y;
    }
}
