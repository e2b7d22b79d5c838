package org.skipjack.core.cpu;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;
import org.skipjack.core.op.Conv2d;
import org.skipjack.core.op.Conv2dInputGradient;
import org.skipjack.core.op.Conv2dWeightGradient;
import org.skipjack.core.op.GradientException;
import org.skipjack.core.op.Op;
import org.skipjack.kernels.ConvGeometry;
import org.skipjack.kernels.WinogradLanes;

/** What Winograd's rules make of a convolution and its gradients; defined by the ops that they stand for. */
sealed interface WinogradOp extends Op {
    @Override
    default String label() {
        return "winograd" + getClass().getSimpleName();
    }

    @Override
    default List<@Nullable Tensor> gradient(Tensor output, Tensor upstream) {
        throw new GradientException(label(), "exists in plans only");
    }

    /**
     * The transformed filters of a weight.
     *
     * @param geometry the convolution that they serve
     * @param kind which they are
     */
    record Filters(ConvGeometry geometry, WinogradLanes.Filters kind) implements WinogradOp {
        @Override
        public Shape shape(List<Shape> inputs) {
            return Shape.of(WinogradLanes.points(geometry), WinogradLanes.filterPlane(geometry));
        }

        int rows() {
            return kind == WinogradLanes.Filters.TRANSPOSED ? geometry.channels() : geometry.filters();
        }

        /** Not needed: it has a kernel, and nothing else uses its result. */
        @Override
        public double[] define(List<Operand> inputs, Shape shape) {
            throw new IllegalStateException("[" + label() + "]: exists in plans only");
        }
    }

    /**
     * The convolution: input, weight, transformed filters, and bias if there is one.
     *
     * @param conv the convolution
     */
    record Convolution(Conv2d conv) implements WinogradOp {
        @Override
        public Shape shape(List<Shape> inputs) {
            return conv.shape(inputs.subList(0, 2));
        }

        @Override
        public double[] define(List<Operand> inputs, Shape shape) {
            return inputs.size() < 4
                    ? conv.define(inputs.subList(0, 2), shape)
                    : new FusedOp.BiasedConv(conv).define(List.of(inputs.get(0), inputs.get(1), inputs.get(3)), shape);
        }
    }

    /**
     * The input gradient: output gradient, weight, transformed filters.
     *
     * @param direct the op that it stands for
     */
    record InputGradient(Conv2dInputGradient direct) implements WinogradOp {
        @Override
        public Shape shape(List<Shape> inputs) {
            return direct.input();
        }

        @Override
        public double[] define(List<Operand> inputs, Shape shape) {
            return direct.define(inputs.subList(0, 2), shape);
        }
    }

    /**
     * A convolution or a gradient of it that is to be computed over the whole batch at once, with the operands of the op that it
     * stands for.
     *
     * @param direct that op
     * @param geometry the convolution
     */
    record Swept(Op direct, ConvGeometry geometry) implements WinogradOp {
        @Override
        public Shape shape(List<Shape> inputs) {
            return direct.shape(inputs);
        }

        @Override
        public double[] define(List<Operand> inputs, Shape shape) {
            return direct.define(inputs, shape);
        }
    }

    /**
     * The weight gradient: output gradient, input.
     *
     * @param direct the op that it stands for
     */
    record WeightGradient(Conv2dWeightGradient direct) implements WinogradOp {
        @Override
        public Shape shape(List<Shape> inputs) {
            return direct.weight();
        }

        @Override
        public double[] define(List<Operand> inputs, Shape shape) {
            return direct.define(inputs, shape);
        }
    }
}
