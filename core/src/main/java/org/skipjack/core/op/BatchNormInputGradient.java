package org.skipjack.core.op;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;

/**
 * Gradient of a {@link BatchNorm} in training with respect to its input, through the statistics too:
 * {@code dx = gamma / √(variance + epsilon) (dy - Σ dy / n - x̂ Σ dy x̂ / n)} with {@code n} values per channel.
 *
 * <p>Operands: {@code dy} and input, both of the input's shape; statistics {@code [2, C]}; gamma {@code [C]}; the
 * {@link BatchNormSums} {@code [2, C]}. Result of the input's shape.
 *
 * @param epsilon added to the variance inside the root
 */
public record BatchNormInputGradient(float epsilon) implements Op {
    /**
     * Checks the attributes.
     *
     * @throws IllegalArgumentException if epsilon is not a positive number
     */
    public BatchNormInputGradient {
        BatchNorm.checkEpsilon("batchNormInputGradient", epsilon);
    }

    @Override
    public String label() {
        return "batchNormInputGradient";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        ShapeRules.operands(label(), inputs, "dy", "input", "statistics", "gamma", "sums");
        Shape x = inputs.get(1);
        Channels.check(label(), x);
        ShapeRules.same(label(), "dy", inputs.getFirst(), x, () -> "the shape of the input");
        Channels.checkStatistics(label(), "statistics", inputs.get(2), x);
        Channels.checkParameter(label(), "gamma", inputs.get(3), x);
        Channels.checkStatistics(label(), "sums", inputs.get(4), x);
        return x;
    }

    @Override
    public List<@Nullable Tensor> gradient(Tensor output, Tensor upstream) {
        throw GradientException.second(label());
    }

    @Override
    public double[] define(List<Operand> inputs, Shape shape) {
        double[] dy = inputs.get(0).data();
        double[] x = inputs.get(1).data();
        var statistics = inputs.get(2);
        double[] gamma = inputs.get(3).data();
        double[] sums = inputs.get(4).data();
        int channels = shape.dim(1);
        int n = Channels.count(shape);
        var dx = new double[x.length];
        for (int i = 0; i < dx.length; i++) {
            int c = Channels.of(shape, i);
            double inverse = BatchNorm.inverseDeviation(statistics, c, epsilon);
            double normal = (x[i] - statistics.data()[c]) * inverse;
            dx[i] = gamma[c] * inverse * (dy[i] - sums[c] / n - normal * sums[channels + c] / n);
        }
        return dx;
    }
}
