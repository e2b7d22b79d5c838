package org.skipjack.nn;

import java.util.OptionalInt;
import org.skipjack.core.DType;
import org.skipjack.core.Tensor;
import org.skipjack.core.op.CrossEntropy;

/**
 * Softmax cross-entropy of logits {@code [N, C]} and class labels {@code [N]}: {@code -log softmax(logits)[label]}, the mean
 * over the batch unless told otherwise.
 *
 * <p>With smoothing {@code s} the target is {@code 1 - s} for the label and {@code s / C} spread over all classes. Examples
 * with the ignored label have no loss and do not count in the mean. Unlike PyTorch, where -100 is always ignored, every
 * label must be a class unless an ignored one is named.
 *
 * <pre>{@code
 * Tensor loss = new CrossEntropyLoss().forward(net.call(images), labels);
 * }</pre>
 *
 * <p>Follows <a
 * href="https://pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html">torch.nn.CrossEntropyLoss</a>.
 *
 * @param reduction what becomes of the examples' losses
 * @param labelSmoothing 0 to 1
 * @param ignored a label whose examples do not count
 */
public record CrossEntropyLoss(Reduction reduction, float labelSmoothing, OptionalInt ignored) {
    /** What becomes of the examples' losses. */
    public enum Reduction {
        /** Their mean, a scalar. */
        MEAN,
        /** Their sum, a scalar. */
        SUM,
        /** They stay apart, {@code [N]}. */
        NONE
    }

    /** Mean, no smoothing, no label ignored. */
    public CrossEntropyLoss() {
        this(Reduction.MEAN, 0, OptionalInt.empty());
    }

    /** Another reduction. */
    public CrossEntropyLoss reduction(Reduction other) {
        return new CrossEntropyLoss(other, labelSmoothing, ignored);
    }

    /** Another smoothing. */
    public CrossEntropyLoss labelSmoothing(float share) {
        return new CrossEntropyLoss(reduction, share, ignored);
    }

    /** A label to ignore. */
    public CrossEntropyLoss ignoreIndex(int label) {
        return new CrossEntropyLoss(reduction, labelSmoothing, OptionalInt.of(label));
    }

    /**
     * The loss of a batch; labels that have to be computed first are checked when the loss is evaluated.
     *
     * @throws org.skipjack.core.ShapeMismatchException if the shapes are not {@code [N, C]} and {@code [N]}
     * @throws IllegalArgumentException if a label is no class, naming the layer that gave the logits
     */
    public Tensor forward(Tensor logits, Tensor labels) {
        // No batch holds this number: it would have to be a class.
        int ignoredLabel = ignored.orElse(Integer.MIN_VALUE);
        Tensor losses = Tensor.record(new CrossEntropy(labelSmoothing, ignoredLabel), logits, labels);
        if (labels.isKnown() && labels.dtype() == DType.INT32) {
            Head.check(logits, labels, ignoredLabel);
        }
        return switch (reduction) {
            case NONE -> losses;
            case SUM -> losses.sum();
            case MEAN -> ignored.isPresent() ? losses.sum().div(counted(labels, ignoredLabel)) : losses.mean();
        };
    }

    private static Tensor counted(Tensor labels, int ignoredLabel) {
        Tensor skipped = labels.equalTo(Tensor.scalar(ignoredLabel)).sum();
        return Tensor.scalar(labels.shape().elements()).sub(skipped);
    }
}
