package org.skipjack.core.op;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;

/**
 * Gradient of a {@link CrossEntropy} with respect to the logits:
 * {@code dz[n,c] = dy[n] (p[n,c] - (1 - s) [c = label] - s / C)}, and 0 for ignored examples.
 *
 * <p>Operands: logits {@code [N, C]}, labels {@code [N]} and upstream {@code dy [N]}; result {@code [N, C]}.
 *
 * @param loss the loss
 */
public record CrossEntropyGradient(CrossEntropy loss) implements Op {
    @Override
    public String label() {
        return "crossEntropyGradient";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        ShapeRules.operands(label(), inputs, "logits", "labels", "dy");
        CrossEntropy.checkOperands(label(), inputs.get(0), inputs.get(1));
        ShapeRules.same(label(), "dy", inputs.get(2), inputs.get(1), () -> "one number for each example");
        return inputs.getFirst();
    }

    @Override
    public List<@Nullable Tensor> gradient(Tensor output, Tensor upstream) {
        throw GradientException.second(label());
    }

    @Override
    public double[] define(List<Operand> inputs, Shape shape) {
        double[] out = inputs.get(0).data().clone();
        double[] labels = inputs.get(1).data();
        double[] dy = inputs.get(2).data();
        int classes = shape.dim(1);
        double smoothing = loss.labelSmoothing();
        for (int i = 0; i < labels.length; i++) {
            int target = loss.classOf(labels[i], i, classes);
            LogSoftmax.normalise(out, i * classes, classes);
            for (int c = 0; c < classes; c++) {
                double wanted = smoothing / classes + (c == target ? 1 - smoothing : 0);
                out[i * classes + c] =
                        target == CrossEntropy.IGNORED ? 0 : dy[i] * (Math.exp(out[i * classes + c]) - wanted);
            }
        }
        return out;
    }
}
