package org.skipjack.nn;

import java.util.Optional;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;
import org.skipjack.core.Variable;
import org.skipjack.core.op.BinaryOp;
import org.skipjack.core.op.MatMul;
import org.skipjack.core.op.Reshape;

/** The layer at the end of a classifier, found from its logits when a label does not fit it. */
final class Head {
    private static final String WEIGHT = ".weight";

    private Head() {}

    /**
     * Refuses a label that is no class of the head.
     *
     * @param logits {@code [N, C]}
     * @param labels {@code [N]}, whole numbers that are known
     * @param ignored a label that is let pass
     */
    static void check(Tensor logits, Tensor labels, int ignored) {
        int[] values = labels.intValues();
        int classes = logits.shape().dim(1);
        for (int i = 0; i < labels.shape().elements(); i++) {
            int label = values[i];
            if ((label < 0 || label >= classes) && label != ignored) {
                throw new IllegalArgumentException(refusal(logits, label, i));
            }
        }
    }

    private static String refusal(Tensor logits, int label, int example) {
        Shape shape = logits.shape();
        Optional<Variable> weight = weight(logits);
        String at = weight.map(Variable::name)
                .filter(name -> name.endsWith(WEIGHT))
                .map(name -> " at " + name.substring(0, name.length() - WEIGHT.length()))
                .orElse("");
        return "[crossEntropy]" + at + ": label " + label + " of example " + example + " is outside 0.."
                + (shape.dim(1) - 1) + "; logits " + shape
                + weight.map(w -> ", weight " + w.shape()).orElse("") + "; "
                + (label < 0
                        ? "correct the label, or name it with ignoreIndex"
                        : "create the model for at least " + (label + 1L) + " classes or correct the label");
    }

    /** The weight of the linear layer that gave the logits; empty if they came about in another way. */
    private static Optional<Variable> weight(Tensor logits) {
        Tensor node = logits;
        while (node.op() instanceof Reshape || node.op() == BinaryOp.ADD) {
            node = node.inputs().getFirst();
        }
        return node.op() instanceof MatMul && node.inputs().get(1) instanceof Variable weight
                ? Optional.of(weight)
                : Optional.empty();
    }
}
