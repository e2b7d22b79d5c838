package org.skipjack.core.cpu;

import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Tensor;
import org.skipjack.core.op.BatchNorm;
import org.skipjack.core.op.BinaryOp;
import org.skipjack.core.op.UnaryOp;

/** In a {@link SmallBatch}, batch norm, addition and ReLU behind a convolution are computed as its sums are written. */
final class EpilogueRule implements Rule {
    @Override
    public String name() {
        return "epilogue";
    }

    @Override
    public @Nullable Tensor rewrite(Tensor node, Uses uses) {
        if (node.op() == null) {
            return null;
        }
        return switch (node.op()) {
            case BatchNorm norm -> norm(node, norm, uses);
            case BinaryOp op -> op == BinaryOp.ADD ? add(node, uses) : null;
            case UnaryOp op -> op == UnaryOp.RELU ? relu(node, uses) : null;
            default -> null;
        };
    }

    private static @Nullable Tensor norm(Tensor node, BatchNorm norm, Uses uses) {
        Tensor sum = node.inputs().getFirst();
        ChannelOp.WithEpilogue c = behind(sum, uses);
        if (c == null || c.norm() != null || c.added()) {
            return null;
        }
        var inputs = new ArrayList<>(sum.inputs());
        inputs.addAll(node.inputs().subList(1, 4));
        return Tensor.record(
                new ChannelOp.WithEpilogue(c.conv(), c.biased(), norm, false, false), inputs.toArray(Tensor[]::new));
    }

    private static @Nullable Tensor add(Tensor node, Uses uses) {
        for (int i = 0; i < 2; i++) {
            Tensor sum = node.inputs().get(i);
            Tensor other = node.inputs().get(1 - i);
            ChannelOp.WithEpilogue c = behind(sum, uses);
            if (c != null && !c.added() && sum != other && other.shape().equals(sum.shape())) {
                var inputs = new ArrayList<>(sum.inputs());
                inputs.add(other);
                return Tensor.record(
                        new ChannelOp.WithEpilogue(c.conv(), c.biased(), c.norm(), true, false),
                        inputs.toArray(Tensor[]::new));
            }
        }
        return null;
    }

    private static @Nullable Tensor relu(Tensor node, Uses uses) {
        Tensor sum = node.inputs().getFirst();
        ChannelOp.WithEpilogue c = behind(sum, uses);
        return c == null
                ? null
                : Tensor.record(
                        new ChannelOp.WithEpilogue(c.conv(), c.biased(), c.norm(), c.added(), true),
                        sum.inputs().toArray(Tensor[]::new));
    }

    /** The convolution that a tensor is, if nothing else reads it and it has no ReLU yet. */
    private static ChannelOp.@Nullable WithEpilogue behind(Tensor sum, Uses uses) {
        return !sum.isKnown() && uses.of(sum) == 1 && sum.op() instanceof ChannelOp.WithEpilogue c && !c.rectified()
                ? c
                : null;
    }
}
