package org.skipjack.core.cpu;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;
import org.skipjack.core.op.BatchNorm;
import org.skipjack.core.op.BinaryOp;
import org.skipjack.core.op.Reshape;
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
        Tensor sum = convolution(node.inputs().getFirst(), uses);
        ChannelOp.WithEpilogue c = epilogue(sum);
        if (sum == null || c == null || c.norm() != null || c.added()) {
            return null;
        }
        var inputs = new ArrayList<>(sum.inputs());
        inputs.addAll(node.inputs().subList(1, 4));
        return record(node, new ChannelOp.WithEpilogue(c.conv(), c.biased(), norm, false, false), inputs);
    }

    private static @Nullable Tensor add(Tensor node, Uses uses) {
        for (int i = 0; i < 2; i++) {
            Tensor operand = node.inputs().get(i);
            Tensor other = node.inputs().get(1 - i);
            Tensor sum = convolution(operand, uses);
            ChannelOp.WithEpilogue c = epilogue(sum);
            if (sum != null
                    && c != null
                    && !c.added()
                    && operand != other
                    && other.shape().equals(operand.shape())) {
                var inputs = new ArrayList<>(sum.inputs());
                inputs.add(as(other, sum.shape()));
                return record(node, new ChannelOp.WithEpilogue(c.conv(), c.biased(), c.norm(), true, false), inputs);
            }
        }
        return null;
    }

    private static @Nullable Tensor relu(Tensor node, Uses uses) {
        Tensor sum = convolution(node.inputs().getFirst(), uses);
        ChannelOp.WithEpilogue c = epilogue(sum);
        return sum == null || c == null
                ? null
                : record(
                        node,
                        new ChannelOp.WithEpilogue(c.conv(), c.biased(), c.norm(), c.added(), true),
                        sum.inputs());
    }

    private static Tensor record(Tensor node, ChannelOp.WithEpilogue op, List<Tensor> inputs) {
        return as(Tensor.record(op, inputs.toArray(Tensor[]::new)), node.shape());
    }

    private static Tensor as(Tensor tensor, Shape shape) {
        return tensor.shape().equals(shape) ? tensor : tensor.reshape(shape);
    }

    /** The convolution that a tensor is, or whose maps of 1x1 it is as a matrix, if nothing else reads it. */
    private static @Nullable Tensor convolution(Tensor sum, Uses uses) {
        if (sum.isKnown() || uses.of(sum) != 1) {
            return null;
        }
        if (!(sum.op() instanceof Reshape)) {
            return sum;
        }
        Tensor maps = sum.inputs().getFirst();
        boolean matrix = maps.shape().rank() == 4
                && maps.shape().elements(2, 4) == 1
                && sum.shape().rank() == 2
                && sum.shape().dim(1) == maps.shape().dim(1);
        // One that this rule has made is not counted yet, but nothing else can read it.
        return matrix && !maps.isKnown() && uses.of(maps) <= 1 ? maps : null;
    }

    private static ChannelOp.@Nullable WithEpilogue epilogue(@Nullable Tensor sum) {
        return sum != null && sum.op() instanceof ChannelOp.WithEpilogue c && !c.rectified() ? c : null;
    }
}
