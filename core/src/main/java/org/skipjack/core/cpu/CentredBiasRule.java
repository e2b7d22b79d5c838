package org.skipjack.core.cpu;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Tensor;
import org.skipjack.core.op.BatchNormInputGradient;
import org.skipjack.core.op.Constant;
import org.skipjack.core.op.Sum;

/**
 * The input gradient of a batch norm sums to zero over each channel, since the batch norm takes the channel's mean away: the
 * gradient of a bias before it is zero and need not be summed up.
 */
final class CentredBiasRule implements Rule {
    @Override
    public String name() {
        return "centredBias";
    }

    @Override
    public @Nullable Tensor rewrite(Tensor node, Uses uses) {
        if (!(node.op() instanceof Sum sum)) {
            return null;
        }
        Tensor summed = node.inputs().getFirst();
        boolean perChannel = sum.axes().equals(summed.shape().rank() == 2 ? List.of(0) : List.of(0, 2, 3));
        return perChannel && !summed.isKnown() && summed.op() instanceof BatchNormInputGradient
                ? Tensor.record(new Constant(0, node.shape()))
                : null;
    }
}
