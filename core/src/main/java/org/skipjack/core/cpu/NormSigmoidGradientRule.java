package org.skipjack.core.cpu;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;
import org.skipjack.core.op.AvgPool2dGradient;
import org.skipjack.core.op.BatchNormInputGradient;
import org.skipjack.core.op.BatchNormSums;
import org.skipjack.core.op.BinaryOp;
import org.skipjack.core.op.Op;

/**
 * The gradient of a batch norm behind a sigmoid, and behind a 2x2 average pool after that, is computed from the gradient of
 * what comes last; the gradients in between are never stored.
 */
final class NormSigmoidGradientRule implements Rule {
    @Override
    public String name() {
        return "normSigmoidGradient";
    }

    @Override
    public @Nullable Tensor rewrite(Tensor node, Uses uses) {
        if (!(node.op() instanceof BatchNormSums || node.op() instanceof BatchNormInputGradient)) {
            return null;
        }
        Tensor gradient = node.inputs().getFirst();
        if (gradient.isKnown() || gradient.op() != BinaryOp.SIGMOID_GRADIENT || uses.of(gradient) > 2) {
            return null;
        }
        Tensor y = gradient.inputs().get(0);
        Tensor upstream = gradient.inputs().get(1);
        Shape x = node.inputs().get(1).shape();
        if (!y.shape().equals(x) || !upstream.shape().equals(x)) {
            return null;
        }
        boolean pooled = !upstream.isKnown()
                && upstream.op() instanceof AvgPool2dGradient pool
                && pool.pool().window().equals(FusedOp.POOL.window())
                && x.dim(2) % 2 == 0
                && x.dim(3) % 2 == 0
                && uses.of(upstream) == 1;
        var operands = new ArrayList<Tensor>();
        operands.add(pooled ? upstream.inputs().getFirst() : upstream);
        operands.add(y);
        List<Tensor> rest = node.inputs();
        operands.addAll(rest.subList(1, rest.size()));
        Op op = node.op() instanceof BatchNormSums sums
                ? new FusedOp.NormSigmoidSums(sums.epsilon(), pooled)
                : new FusedOp.NormSigmoidInputGradient(((BatchNormInputGradient) node.op()).epsilon(), pooled);
        return Tensor.record(op, operands.toArray(Tensor[]::new));
    }
}
