package org.skipjack.core.cpu;

import org.jspecify.annotations.Nullable;
import org.skipjack.core.Tensor;
import org.skipjack.core.op.BatchNorm;
import org.skipjack.core.op.UnaryOp;

/** A sigmoid right after a batch norm is computed in the same pass. */
final class NormSigmoidRule implements Rule {
    @Override
    public String name() {
        return "normSigmoid";
    }

    @Override
    public @Nullable Tensor rewrite(Tensor node, Uses uses) {
        if (node.op() != UnaryOp.SIGMOID) {
            return null;
        }
        Tensor norm = node.inputs().getFirst();
        return !norm.isKnown() && uses.of(norm) == 1 && norm.op() instanceof BatchNorm op
                ? Tensor.record(
                        new FusedOp.NormSigmoid(op.epsilon()), norm.inputs().toArray(Tensor[]::new))
                : null;
    }
}
