package org.skipjack.core.cpu;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;
import org.skipjack.core.op.Conv2d;
import org.skipjack.core.op.GradientException;
import org.skipjack.core.op.Op;

/** Ops that only the planner inserts: changes of layout, copies, and weights made ready for a kernel. */
sealed interface PlannerOp extends Op {
    /** Rows to lanes. */
    record ToLanes() implements PlannerOp {}

    /** Lanes to rows. */
    record ToRows() implements PlannerOp {}

    /** The same values in memory of their own. */
    record Copy() implements PlannerOp {}

    /**
     * Filters with taps reversed, filters and channels exchanged: {@code [O, C, u, v]} to {@code [C, O, -u, -v]}.
     *
     * @param conv the convolution whose input gradient needs them
     */
    record Flip(Conv2d conv) implements PlannerOp {
        @Override
        public Shape shape(List<Shape> inputs) {
            Shape w = inputs.getFirst();
            return Shape.of(w.dim(1), w.dim(0), w.dim(2), w.dim(3));
        }
    }

    @Override
    default String label() {
        return getClass().getSimpleName();
    }

    @Override
    default Shape shape(List<Shape> inputs) {
        return inputs.getFirst();
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
