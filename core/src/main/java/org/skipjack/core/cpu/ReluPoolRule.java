package org.skipjack.core.cpu;

import org.jspecify.annotations.Nullable;
import org.skipjack.core.Tensor;
import org.skipjack.core.op.BinaryOp;
import org.skipjack.core.op.MaxPool2d;
import org.skipjack.core.op.MaxPool2dGradient;
import org.skipjack.core.op.UnaryOp;

/**
 * ReLU before a max pool is computed behind it, where there are fewer elements: {@code max(relu(x)) = relu(max(x))}. So is its
 * gradient: a window whose maximum is positive has the same winner either way, others have none that gets a gradient.
 */
final class ReluPoolRule implements Rule {
    @Override
    public String name() {
        return "reluPool";
    }

    @Override
    public @Nullable Tensor rewrite(Tensor node, Uses uses) {
        if (node.op() instanceof MaxPool2d pool) {
            Tensor x = rectified(node.inputs().getFirst());
            return x == null ? null : behind(pool, x);
        }
        return node.op() == BinaryOp.RELU_GRADIENT ? gradient(node, uses) : null;
    }

    private static @Nullable Tensor gradient(Tensor node, Uses uses) {
        Tensor relu = node.inputs().get(0);
        Tensor upstream = node.inputs().get(1);
        Tensor x = rectified(relu);
        if (x == null
                || upstream.isKnown()
                || uses.of(upstream) != 1
                || !(upstream.op() instanceof MaxPool2dGradient gradient)
                || upstream.inputs().get(1) != relu) {
            return null;
        }
        Tensor pooled = Tensor.record(
                BinaryOp.RELU_GRADIENT,
                behind(gradient.pool(), x),
                upstream.inputs().get(0));
        return Tensor.record(gradient, pooled, x);
    }

    private static Tensor behind(MaxPool2d pool, Tensor x) {
        return Tensor.record(UnaryOp.RELU, Tensor.record(pool, x));
    }

    /** What a tensor is the ReLU of. */
    private static @Nullable Tensor rectified(Tensor relu) {
        return !relu.isKnown() && relu.op() == UnaryOp.RELU ? relu.inputs().getFirst() : null;
    }
}
