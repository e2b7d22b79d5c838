package org.skipjack.core.op;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;

/**
 * The two sums over each channel that the gradients of a {@link BatchNorm} are made of: {@code Σ dy}, which is the
 * gradient of beta, and {@code Σ dy x̂} with {@code x̂ = (x - mean) / √(variance + epsilon)}, which is the gradient of
 * gamma.
 *
 * <p>Operands: {@code dy} and input, both of the input's shape, and statistics {@code [2, C]}; result {@code [2, C]}.
 *
 * @param epsilon added to the variance inside the root
 */
public record BatchNormSums(float epsilon) implements Op {
    /**
     * Checks the attributes.
     *
     * @throws IllegalArgumentException if epsilon is not a positive number
     */
    public BatchNormSums {
        BatchNorm.checkEpsilon("batchNormSums", epsilon);
    }

    @Override
    public String label() {
        return "batchNormSums";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        ShapeRules.operands(label(), inputs, "dy", "input", "statistics");
        Shape x = inputs.get(1);
        Channels.check(label(), x);
        ShapeRules.same(label(), "dy", inputs.getFirst(), x, () -> "the shape of the input");
        Channels.checkStatistics(label(), "statistics", inputs.get(2), x);
        return Channels.statistics(x);
    }

    @Override
    public List<@Nullable Tensor> gradient(Tensor output, Tensor upstream) {
        throw GradientException.second(label());
    }

    @Override
    public double[] define(List<Operand> inputs, Shape shape) {
        double[] dy = inputs.get(0).data();
        var x = inputs.get(1);
        var statistics = inputs.get(2);
        int channels = shape.dim(1);
        var sums = new double[2 * channels];
        for (int i = 0; i < dy.length; i++) {
            int c = Channels.of(x.shape(), i);
            double normal = (x.data()[i] - statistics.data()[c]) * BatchNorm.inverseDeviation(statistics, c, epsilon);
            sums[c] += dy[i];
            sums[channels + c] += dy[i] * normal;
        }
        return sums;
    }
}
