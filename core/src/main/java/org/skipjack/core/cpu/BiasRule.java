package org.skipjack.core.cpu;

import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;
import org.skipjack.core.op.BinaryOp;
import org.skipjack.core.op.Conv2d;
import org.skipjack.core.op.MatMul;

/** A bias added to a convolution or a matrix product becomes the value that its sums start from. */
final class BiasRule implements Rule {
    @Override
    public String name() {
        return "bias";
    }

    @Override
    public @Nullable Tensor rewrite(Tensor node, Uses uses) {
        if (node.op() != BinaryOp.ADD) {
            return null;
        }
        Tensor sum = node.inputs().get(0);
        Tensor bias = node.inputs().get(1);
        if (sum.isKnown() || uses.of(sum) != 1 || !perChannel(bias.shape(), sum.shape())) {
            return null;
        }
        if (sum.op() instanceof Conv2d conv) {
            return Tensor.record(
                    new FusedOp.BiasedConv(conv),
                    sum.inputs().get(0),
                    sum.inputs().get(1),
                    bias);
        }
        return sum.op() instanceof MatMul product && !product.transposeA()
                ? Tensor.record(
                        new FusedOp.Linear(product),
                        sum.inputs().get(0),
                        sum.inputs().get(1),
                        bias)
                : null;
    }

    /** One number for each index of dimension 1, repeated along all others. */
    private static boolean perChannel(Shape bias, Shape sum) {
        int channel = bias.rank() - sum.rank() + 1;
        return sum.rank() >= 2
                && channel >= 0
                && channel <= 1
                && bias.dim(channel) == sum.dim(1)
                && bias.elements() == sum.dim(1);
    }
}
