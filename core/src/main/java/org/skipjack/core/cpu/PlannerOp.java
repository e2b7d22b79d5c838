package org.skipjack.core.cpu;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;
import org.skipjack.core.op.GradientException;
import org.skipjack.core.op.Op;

/** Ops that only the planner inserts: changes of layout, and copies. */
sealed interface PlannerOp extends Op {
    /** Rows to lanes. */
    record ToLanes() implements PlannerOp {}

    /** Lanes to rows. */
    record ToRows() implements PlannerOp {}

    /** The same values in memory of their own. */
    record Copy() implements PlannerOp {}

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
