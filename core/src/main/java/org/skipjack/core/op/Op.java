package org.skipjack.core.op;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.DType;
import org.skipjack.core.Shape;
import org.skipjack.core.ShapeMismatchException;
import org.skipjack.core.Tensor;

/**
 * One operation: its name, shape rule, gradient rule and definition stand together in one record.
 *
 * <p>An op is a record of its attributes, so that two recordings of the same expression are equal and share one plan. The
 * definition is plain loops in double precision; it is the oracle that every backend is tested against, and what a
 * backend without a kernel of its own runs.
 */
public interface Op {
    /** Name in messages and plans, for example {@code conv2d}. */
    String label();

    /**
     * Shape of the result.
     *
     * @throws ShapeMismatchException naming what was found and what was expected
     */
    Shape shape(List<Shape> inputs);

    /** Element type of the result. */
    default DType dtype() {
        return DType.FLOAT32;
    }

    /**
     * The gradient with respect to each input as an expression of the upstream gradient; {@code null} where none flows
     * (labels, comparisons).
     *
     * @param output the recorded result of this op; its inputs are {@code output.inputs()}
     * @param upstream gradient of the loss with respect to {@code output}, of the same shape
     * @throws GradientException if this op has no gradient
     */
    List<@Nullable Tensor> gradient(Tensor output, Tensor upstream);

    /**
     * The definition, in double precision.
     *
     * @param inputs operands, row-major
     * @param shape shape of the result
     * @return the elements of the result, row-major
     */
    double[] define(List<Operand> inputs, Shape shape);

    /** A value in double precision, as {@link #define} sees it. */
    record Operand(Shape shape, double[] data) {}
}
