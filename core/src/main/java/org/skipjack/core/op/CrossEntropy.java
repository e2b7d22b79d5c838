package org.skipjack.core.op;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;
import org.skipjack.core.ShapeMismatchException;
import org.skipjack.core.Tensor;

/**
 * Negative log-likelihood of each example's label under the softmax of its logits, with smoothing {@code s}:
 * {@code loss = -(1 - s) log p[label] - s / C Σ_c log p[c]}.
 *
 * <p>Operands: logits {@code [N, C]} and labels {@code [N]}, whole numbers; result {@code [N]}. Follows PyTorch's
 * {@code cross_entropy} without reduction; the mean over a batch is another op, and divides by the examples that are
 * not ignored. Labels get no gradient.
 *
 * @param labelSmoothing the share {@code s} of the target that is spread evenly over all classes, 0 to 1
 * @param ignoreIndex a label whose examples have loss 0 and no gradient
 */
public record CrossEntropy(float labelSmoothing, int ignoreIndex) implements Op {
    /** What {@link #classOf} says of an ignored example. */
    public static final int IGNORED = -1;

    /**
     * Checks the attributes.
     *
     * @throws IllegalArgumentException if the smoothing is outside 0 to 1
     */
    public CrossEntropy {
        if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
            throw new IllegalArgumentException(
                    "[crossEntropy]: label smoothing must be between 0 and 1, got " + labelSmoothing);
        }
    }

    /** No smoothing; label -100 is ignored, as in PyTorch. */
    public CrossEntropy() {
        this(0, -100);
    }

    @Override
    public String label() {
        return "crossEntropy";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        ShapeRules.operands(label(), inputs, "logits", "labels");
        checkOperands(label(), inputs.get(0), inputs.get(1));
        return inputs.get(1);
    }

    static void checkOperands(String op, Shape logits, Shape labels) {
        ShapeRules.rank(op, "logits", logits, 2, "[N, C]");
        if (labels.rank() != 1) {
            throw new ShapeMismatchException(
                    op,
                    "labels must be class numbers of shape [" + logits.dim(0) + "], one for each example, got " + labels
                            + "; for one-hot labels use argMax(1)");
        }
        if (logits.dim(0) != labels.dim(0)) {
            throw new ShapeMismatchException(
                    op,
                    "logits have " + logits.dim(0) + " examples, labels " + labels.dim(0) + "; logits " + logits
                            + ", labels " + labels);
        }
    }

    @Override
    public List<@Nullable Tensor> gradient(Tensor output, Tensor upstream) {
        Tensor logits = output.inputs().get(0);
        Tensor labels = output.inputs().get(1);
        return Arrays.asList(Tensor.record(new CrossEntropyGradient(this), logits, labels, upstream), null);
    }

    /**
     * The class that a label names, or {@link #IGNORED}; for backends, so that all refuse a bad label in the same
     * words.
     *
     * @param label the label of one example
     * @param example its position, for the message
     * @param classes number of classes
     * @throws IllegalArgumentException if the label is no class and not ignored
     */
    public int classOf(double label, int example, int classes) {
        if (label == ignoreIndex) {
            return IGNORED;
        }
        if (label != Math.rint(label)) {
            throw new IllegalArgumentException(
                    "[crossEntropy]: label " + label + " of example " + example + " is not a whole number");
        }
        if (label < 0 || label >= classes) {
            throw new IllegalArgumentException("[crossEntropy]: label " + (long) label + " of example " + example
                    + " is outside 0.." + (classes - 1));
        }
        return (int) label;
    }

    @Override
    public double[] define(List<Operand> inputs, Shape shape) {
        var logits = inputs.get(0);
        double[] labels = inputs.get(1).data();
        int classes = logits.shape().dim(1);
        double smoothing = labelSmoothing;
        double[] logP = logits.data().clone();
        var loss = new double[labels.length];
        for (int i = 0; i < loss.length; i++) {
            int target = classOf(labels[i], i, classes);
            if (target == IGNORED) {
                continue;
            }
            LogSoftmax.normalise(logP, i * classes, classes);
            loss[i] -= (1 - smoothing) * logP[i * classes + target];
            // Without smoothing the other classes must not take part: 0 times the log of probability 0 is NaN.
            for (int c = 0; smoothing > 0 && c < classes; c++) {
                loss[i] -= smoothing / classes * logP[i * classes + c];
            }
        }
        return loss;
    }
}
