package org.skipjack.core.cpu;

import org.jspecify.annotations.Nullable;
import org.skipjack.core.Tensor;
import org.skipjack.core.op.BatchNorm;
import org.skipjack.core.op.BatchNormInputGradient;
import org.skipjack.core.op.BatchNormSums;
import org.skipjack.core.op.MaxPool2d;
import org.skipjack.core.op.MaxPool2dGradient;

/**
 * Batch norm before a max pool is computed behind it, where there are fewer elements: it keeps the order of a channel's elements
 * or, if gamma is negative, turns it round, so that its largest result is that of an {@link FusedOp.ExtremePool extreme} element.
 * Its result before the pool is never stored, and the sums of its gradient are taken behind the pool too. {@link ReluPoolRule} has
 * moved a ReLU between the two out of the way.
 *
 * <p>Where elements that differ have the same result after rounding, the gradient goes to the extreme one instead of the first.
 */
final class PoolNormRule implements Rule {
    @Override
    public String name() {
        return "poolNorm";
    }

    @Override
    public @Nullable Tensor rewrite(Tensor node, Uses uses) {
        if (node.op() == null) {
            return null;
        }
        return switch (node.op()) {
            case MaxPool2d pool -> pool(node, pool);
            case MaxPool2dGradient gradient -> gradient(node, gradient);
            case BatchNormSums sums -> sums(node, sums);
            case BatchNormInputGradient norm -> inputGradient(node, norm, uses);
            default -> null;
        };
    }

    private static @Nullable Tensor pool(Tensor node, MaxPool2d pool) {
        Tensor norm = node.inputs().getFirst();
        if (norm.isKnown() || !(norm.op() instanceof BatchNorm op) || !fewer(node, norm)) {
            return null;
        }
        Tensor extremes = extremes(pool, norm.inputs().get(0), norm.inputs().get(2));
        return Tensor.record(
                op,
                extremes,
                norm.inputs().get(1),
                norm.inputs().get(2),
                norm.inputs().get(3));
    }

    private static @Nullable Tensor gradient(Tensor node, MaxPool2dGradient gradient) {
        Tensor dy = node.inputs().get(0);
        Tensor norm = node.inputs().get(1);
        if (norm.isKnown() || !(norm.op() instanceof BatchNorm) || !fewer(dy, norm)) {
            return null;
        }
        var op = new FusedOp.ExtremePoolGradient(gradient.pool());
        return Tensor.record(op, dy, norm.inputs().get(0), norm.inputs().get(2));
    }

    /** Each gradient behind the pool belongs to one element before it, and that is the pool's result. */
    private static @Nullable Tensor sums(Tensor node, BatchNormSums sums) {
        Tensor upstream = node.inputs().get(0);
        Tensor x = node.inputs().get(1);
        if (upstream.isKnown()
                || !(upstream.op() instanceof FusedOp.ExtremePoolGradient gradient)
                || upstream.inputs().get(1) != x) {
            return null;
        }
        Tensor extremes = extremes(gradient.pool(), x, upstream.inputs().get(2));
        return Tensor.record(
                sums, upstream.inputs().get(0), extremes, node.inputs().get(2));
    }

    /** Channel by channel, so that the second pass finds in the cache what the first one left there. */
    private static @Nullable Tensor inputGradient(Tensor node, BatchNormInputGradient norm, Uses uses) {
        Tensor upstream = node.inputs().get(0);
        Tensor x = node.inputs().get(1);
        Tensor gamma = node.inputs().get(3);
        if (upstream.isKnown()
                // By the sums too, which read it no longer.
                || uses.of(upstream) > 2
                || !(upstream.op() instanceof FusedOp.ExtremePoolGradient gradient)
                || upstream.inputs().get(1) != x
                || upstream.inputs().get(2) != gamma) {
            return null;
        }
        var op = new FusedOp.PoolNormInputGradient(gradient.pool(), norm.epsilon());
        Tensor dy = upstream.inputs().getFirst();
        return Tensor.record(
                op, dy, x, node.inputs().get(2), gamma, node.inputs().get(4));
    }

    private static Tensor extremes(MaxPool2d pool, Tensor x, Tensor gamma) {
        return Tensor.record(new FusedOp.ExtremePool(pool), x, gamma);
    }

    /** Whether a pool leaves half of the elements or fewer. */
    private static boolean fewer(Tensor pooled, Tensor maps) {
        return 2 * pooled.shape().elements() <= maps.shape().elements();
    }
}
