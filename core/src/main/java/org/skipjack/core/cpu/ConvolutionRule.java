package org.skipjack.core.cpu;

import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;
import org.skipjack.core.op.Conv2d;
import org.skipjack.core.op.MatMul;

/** In a {@link SmallBatch}, a linear layer is a 1x1 convolution on maps of 1x1, and all convolutions are of one kind. */
final class ConvolutionRule implements Rule {
    private static final Conv2d POINTWISE = Conv2d.of(1, 0);

    @Override
    public String name() {
        return "channels";
    }

    @Override
    public @Nullable Tensor rewrite(Tensor node, Uses uses) {
        if (node.op() == null) {
            return null;
        }
        return switch (node.op()) {
            case Conv2d conv -> record(conv, false, node.inputs().toArray(Tensor[]::new));
            case FusedOp.BiasedConv biased ->
                record(biased.conv(), true, node.inputs().toArray(Tensor[]::new));
            case MatMul product -> linear(product, node);
            case FusedOp.Linear linear -> linear(linear.product(), node);
            default -> null;
        };
    }

    private static Tensor record(Conv2d conv, boolean biased, Tensor... inputs) {
        return Tensor.record(new ChannelOp.WithEpilogue(conv, biased, null, false, false), inputs);
    }

    private static @Nullable Tensor linear(MatMul product, Tensor node) {
        if (product.transposeA() || !product.transposeB()) {
            return null;
        }
        Tensor[] inputs = node.inputs().toArray(Tensor[]::new);
        inputs[0] = pixel(inputs[0]);
        inputs[1] = pixel(inputs[1]);
        return record(POINTWISE, inputs.length == 3, inputs).reshape(node.shape());
    }

    private static Tensor pixel(Tensor matrix) {
        return matrix.reshape(Shape.of(matrix.shape().dim(0), matrix.shape().dim(1), 1, 1));
    }
}
