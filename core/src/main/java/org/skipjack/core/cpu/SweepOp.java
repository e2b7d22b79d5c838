package org.skipjack.core.cpu;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;
import org.skipjack.core.op.GradientException;
import org.skipjack.core.op.Op;
import org.skipjack.kernels.ConvGeometry;

/** The parts into which {@link Lift} divides a {@link WinogradOp.Swept} convolution and its gradients. */
sealed interface SweepOp extends Op {
    /** Which pass of a convolution. */
    enum Pass {
        FORWARD,
        INPUT_GRADIENT
    }

    /** What the products are made of, from maps. */
    record Factors(ConvGeometry geometry, Pass pass) implements SweepOp {}

    /** The sums of products, from factors and a weight. */
    record Products(ConvGeometry geometry, Pass pass) implements SweepOp {}

    /** Maps, from products and a bias if there is one. */
    record Results(ConvGeometry geometry, Pass pass) implements SweepOp {}

    /** The factors of the weight gradient, from the convolution's input. */
    record TurnedFactors(ConvGeometry geometry) implements SweepOp {}

    /** The weight gradient, from the {@link Factors} of the input gradient and those of its own. */
    record WeightGradient(ConvGeometry geometry) implements SweepOp {}

    @Override
    default String label() {
        return "winograd" + getClass().getSimpleName();
    }

    /** Not needed: shapes are given. */
    @Override
    default Shape shape(List<Shape> inputs) {
        throw new IllegalStateException("[" + label() + "]: exists in plans only");
    }

    @Override
    default List<@Nullable Tensor> gradient(Tensor output, Tensor upstream) {
        throw new GradientException(label(), "exists in plans only");
    }

    /** Not needed: each has a kernel wherever it can stand. */
    @Override
    default double[] define(List<Operand> inputs, Shape shape) {
        throw new IllegalStateException("[" + label() + "]: exists in plans only");
    }
}
