package org.skipjack.core.cpu;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;
import org.skipjack.core.op.AvgPool2d;
import org.skipjack.core.op.AvgPool2dGradient;
import org.skipjack.core.op.BatchNorm;
import org.skipjack.core.op.BatchNormInputGradient;
import org.skipjack.core.op.BatchNormSums;
import org.skipjack.core.op.BinaryOp;
import org.skipjack.core.op.Conv2d;
import org.skipjack.core.op.GradientException;
import org.skipjack.core.op.MatMul;
import org.skipjack.core.op.MaxPool2d;
import org.skipjack.core.op.MaxPool2dGradient;
import org.skipjack.core.op.Op;
import org.skipjack.core.op.UnaryOp;
import org.skipjack.core.op.Window2d;

/** What a {@link Rule} makes of several ops; defined by the ops that it stands for. */
sealed interface FusedOp extends Op {
    /** The pooling that {@code pooled} stands for. */
    AvgPool2d POOL = new AvgPool2d(new Window2d(2, 2, 2, 2, 0, 0), true);

    @Override
    default String label() {
        return getClass().getSimpleName();
    }

    @Override
    default List<@Nullable Tensor> gradient(Tensor output, Tensor upstream) {
        throw new GradientException(label(), "exists in plans only");
    }

    /**
     * Convolution plus bias: input, weight, bias of one number a filter.
     *
     * @param conv the convolution
     */
    record BiasedConv(Conv2d conv) implements FusedOp {
        @Override
        public Shape shape(List<Shape> inputs) {
            return conv.shape(inputs.subList(0, 2));
        }

        @Override
        public double[] define(List<Operand> inputs, Shape shape) {
            var sum = new Operand(shape, conv.define(inputs.subList(0, 2), shape));
            var bias = new Operand(Shape.of(shape.dim(1), 1, 1), inputs.get(2).data());
            return BinaryOp.ADD.define(List.of(sum, bias), shape);
        }
    }

    /**
     * Matrix product plus bias: input, matrix, bias of one number a column.
     *
     * @param product the product
     */
    record Linear(MatMul product) implements FusedOp {
        @Override
        public Shape shape(List<Shape> inputs) {
            return product.shape(inputs.subList(0, 2));
        }

        @Override
        public double[] define(List<Operand> inputs, Shape shape) {
            var sum = new Operand(shape, product.define(inputs.subList(0, 2), shape));
            var bias = new Operand(Shape.of(shape.dim(1)), inputs.get(2).data());
            return BinaryOp.ADD.define(List.of(sum, bias), shape);
        }
    }

    /**
     * Sigmoid of a batch norm, with the batch norm's operands.
     *
     * @param epsilon of the batch norm
     */
    record NormSigmoid(float epsilon) implements FusedOp {
        @Override
        public Shape shape(List<Shape> inputs) {
            return inputs.getFirst();
        }

        @Override
        public double[] define(List<Operand> inputs, Shape shape) {
            var norm = new Operand(shape, new BatchNorm(epsilon, true).define(inputs, shape));
            return UnaryOp.SIGMOID.define(List.of(norm), shape);
        }
    }

    /**
     * The sums of a batch norm's gradient behind a sigmoid: gradient of the sigmoid's result (of the 2x2 average pool after
     * it if {@code pooled}), that result, input and statistics of the batch norm.
     *
     * @param epsilon of the batch norm
     * @param pooled whether a 2x2 average pool follows
     */
    record NormSigmoidSums(float epsilon, boolean pooled) implements FusedOp {
        @Override
        public Shape shape(List<Shape> inputs) {
            return Shape.of(2, inputs.get(2).dim(1));
        }

        @Override
        public double[] define(List<Operand> inputs, Shape shape) {
            var operands = List.of(behindSigmoid(inputs, pooled), inputs.get(2), inputs.get(3));
            return new BatchNormSums(epsilon).define(operands, shape);
        }
    }

    /**
     * The input gradient of a batch norm behind a sigmoid: operands as {@link NormSigmoidSums}, then gamma and the sums.
     *
     * @param epsilon of the batch norm
     * @param pooled whether a 2x2 average pool follows
     */
    record NormSigmoidInputGradient(float epsilon, boolean pooled) implements FusedOp {
        @Override
        public Shape shape(List<Shape> inputs) {
            return inputs.get(2);
        }

        @Override
        public double[] define(List<Operand> inputs, Shape shape) {
            var operands =
                    List.of(behindSigmoid(inputs, pooled), inputs.get(2), inputs.get(3), inputs.get(4), inputs.get(5));
            return new BatchNormInputGradient(epsilon).define(operands, shape);
        }
    }

    /**
     * Max pool in channels with a gamma that is not negative, the same with minima in others: input, gamma.
     *
     * @param pool the max pool
     */
    record ExtremePool(MaxPool2d pool) implements FusedOp {
        @Override
        public Shape shape(List<Shape> inputs) {
            return pool.shape(inputs.subList(0, 1));
        }

        @Override
        public double[] define(List<Operand> inputs, Shape shape) {
            var y = new Operand(shape, pool.define(List.of(signed(inputs.get(0), inputs.get(1))), shape));
            return signed(y, inputs.get(1)).data();
        }
    }

    /**
     * The gradient of an {@link ExtremePool}: that of its result, its input, gamma.
     *
     * @param pool the max pool
     */
    record ExtremePoolGradient(MaxPool2d pool) implements FusedOp {
        @Override
        public Shape shape(List<Shape> inputs) {
            return inputs.get(1);
        }

        @Override
        public double[] define(List<Operand> inputs, Shape shape) {
            var operands = List.of(inputs.get(0), signed(inputs.get(1), inputs.get(2)));
            return new MaxPool2dGradient(pool).define(operands, shape);
        }
    }

    /**
     * The input gradient of a batch norm behind an {@link ExtremePool}: gradient of the batch norm's result, then the pool's input,
     * statistics, gamma and sums as a {@link BatchNormInputGradient} has them.
     *
     * @param pool the max pool
     * @param epsilon of the batch norm
     */
    record PoolNormInputGradient(MaxPool2d pool, float epsilon) implements FusedOp {
        @Override
        public Shape shape(List<Shape> inputs) {
            return inputs.get(1);
        }

        @Override
        public double[] define(List<Operand> inputs, Shape shape) {
            var winners = List.of(inputs.get(0), inputs.get(1), inputs.get(3));
            var operands = new ArrayList<>(inputs);
            operands.set(0, new Operand(shape, new ExtremePoolGradient(pool).define(winners, shape)));
            return new BatchNormInputGradient(epsilon).define(operands, shape);
        }
    }

    /** Maps in which those of channels with a negative gamma are negated. */
    private static Op.Operand signed(Op.Operand maps, Op.Operand gamma) {
        int channels = maps.shape().dim(1);
        int plane = maps.shape().elements(2, 4);
        var data = maps.data().clone();
        for (int i = 0; i < data.length; i++) {
            data[i] = gamma.data()[i / plane % channels] < 0 ? -data[i] : data[i];
        }
        return new Op.Operand(maps.shape(), data);
    }

    /** Gradient of the batch norm's result. */
    private static Op.Operand behindSigmoid(List<Op.Operand> inputs, boolean pooled) {
        Shape x = inputs.get(2).shape();
        var upstream = inputs.get(0);
        if (pooled) {
            upstream = new Op.Operand(x, new AvgPool2dGradient(POOL, x).define(List.of(upstream), x));
        }
        return new Op.Operand(x, BinaryOp.SIGMOID_GRADIENT.define(List.of(inputs.get(1), upstream), x));
    }
}
