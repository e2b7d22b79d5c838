package org.skipjack.core.cpu;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;
import org.skipjack.core.op.BatchNorm;
import org.skipjack.core.op.BinaryOp;
import org.skipjack.core.op.Conv2d;
import org.skipjack.core.op.GradientException;
import org.skipjack.core.op.MaxPool2d;
import org.skipjack.core.op.Op;
import org.skipjack.core.op.UnaryOp;
import org.skipjack.kernels.ChannelBlocks;
import org.skipjack.kernels.ChannelWeights;
import org.skipjack.kernels.ConvGeometry;
import org.skipjack.kernels.Lanes;
import org.skipjack.kernels.WinogradChannelWeights;
import org.skipjack.kernels.WinogradChannels;

/**
 * Ops of a {@link SmallBatch}. All but the first are made by {@link ChannelLayout} and work on values in {@link ChannelBlocks},
 * whose shape is {@code [N, C / 16, H, W, 16]}.
 */
sealed interface ChannelOp extends Op {
    @Override
    default String label() {
        return "channel" + getClass().getSimpleName();
    }

    @Override
    default List<@Nullable Tensor> gradient(Tensor output, Tensor upstream) {
        throw new GradientException(label(), "exists in plans only");
    }

    /** Not needed where an op has a kernel and nothing else uses its result. */
    @Override
    default double[] define(List<Operand> inputs, Shape shape) {
        throw new IllegalStateException("[" + label() + "]: exists in plans only");
    }

    /** The shape of a value in blocks. */
    private static Shape blocks(int examples, int channels, int height, int width) {
        return Shape.of(examples, ChannelBlocks.blocks(channels), height, width, Lanes.COUNT);
    }

    /**
     * {@code relu(norm(conv(x) + bias) + added)}, in no layout yet and defined by the ops that it stands for: input and weight,
     * then in this order what there is of bias; statistics, gamma and beta; the added tensor.
     *
     * @param conv the convolution
     * @param biased whether there is a bias
     * @param norm batch norm with given statistics, if any
     * @param added whether a tensor of the result's shape is added
     * @param rectified whether a ReLU comes last
     */
    record WithEpilogue(
            Conv2d conv, boolean biased, @Nullable BatchNorm norm, boolean added, boolean rectified)
            implements ChannelOp {
        @Override
        public Shape shape(List<Shape> inputs) {
            return conv.shape(inputs.subList(0, 2));
        }

        /** Number of operands that only make up the weights. */
        int constants() {
            return 1 + (biased ? 1 : 0) + (norm == null ? 0 : 3);
        }

        @Override
        public double[] define(List<Operand> inputs, Shape shape) {
            double[] result = biased
                    ? new FusedOp.BiasedConv(conv).define(inputs.subList(0, 3), shape)
                    : conv.define(inputs.subList(0, 2), shape);
            if (norm != null) {
                var operands = new ArrayList<>(List.of(new Operand(shape, result)));
                operands.addAll(inputs.subList(constants() - 2, constants() + 1));
                result = norm.define(operands, shape);
            }
            if (added) {
                result = BinaryOp.ADD.define(List.of(new Operand(shape, result), inputs.getLast()), shape);
            }
            return rectified ? UnaryOp.RELU.define(List.of(new Operand(shape, result)), shape) : result;
        }
    }

    /**
     * What the kernels of a convolution are made for.
     *
     * @param geometry of one example
     * @param blocked whether the input lies in blocks; else in rows
     * @param added whether a tensor is added
     * @param rectified whether a ReLU comes last
     * @param winograd whether it is computed by {@link WinogradChannels}
     */
    record Convolution(ConvGeometry geometry, boolean blocked, boolean added, boolean rectified, boolean winograd)
            implements ChannelOp {
        @Override
        public String label() {
            return winograd ? "channelWinograd" : "channelConvolution";
        }

        /** Input, packed weights, and the added tensor if there is one. */
        @Override
        public Shape shape(List<Shape> inputs) {
            return blocks(inputs.getFirst().dim(0), geometry.filters(), geometry.outH(), geometry.outW());
        }
    }

    /**
     * The weights of a convolution, with the batch norm folded in, as its kernels read them: weight, bias if there is one,
     * statistics, gamma and beta if there is a batch norm.
     *
     * @param geometry the convolution
     * @param biased whether there is a bias
     * @param norm batch norm of the result, if any
     * @param winograd whether they are those of {@link WinogradChannels}
     */
    record Packed(
            ConvGeometry geometry, boolean biased, @Nullable BatchNorm norm, boolean winograd) implements ChannelOp {
        @Override
        public Shape shape(List<Shape> inputs) {
            return Shape.of(
                    winograd ? new WinogradChannelWeights(geometry).floats() : new ChannelWeights(geometry).floats());
        }
    }

    /** Rows to blocks. */
    record ToBlocks() implements ChannelOp {
        @Override
        public Shape shape(List<Shape> inputs) {
            Shape x = inputs.getFirst();
            return blocks(x.dim(0), x.dim(1), x.dim(2), x.dim(3));
        }
    }

    /**
     * Blocks to rows.
     *
     * @param rows shape of the result
     */
    record ToRows(Shape rows) implements ChannelOp {
        @Override
        public Shape shape(List<Shape> inputs) {
            return rows;
        }
    }

    /**
     * Pooling.
     *
     * @param pool a {@link MaxPool2d} or an average pooling
     */
    record Pool(Op pool) implements ChannelOp {
        @Override
        public Shape shape(List<Shape> inputs) {
            Shape x = inputs.getFirst();
            Shape y = pool.shape(List.of(Shape.of(x.dim(0), x.dim(1), x.dim(2), x.dim(3))));
            return Shape.of(y.dim(0), y.dim(1), y.dim(2), y.dim(3), Lanes.COUNT);
        }
    }

    /**
     * Batch norm: input, statistics, gamma, beta.
     *
     * @param epsilon added to the variance inside the root
     */
    record Norm(float epsilon) implements ChannelOp {
        @Override
        public Shape shape(List<Shape> inputs) {
            return inputs.getFirst();
        }
    }
}
