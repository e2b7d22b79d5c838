package org.skipjack.core.op;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;
import org.skipjack.core.ShapeMismatchException;
import org.skipjack.core.Tensor;

/**
 * The same elements in row-major order under another shape.
 *
 * @param target shape of the result
 */
public record Reshape(Shape target) implements Op {
    @Override
    public String label() {
        return "reshape";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        Shape in = inputs.getFirst();
        if (in.elements() != target.elements()) {
            throw new ShapeMismatchException(
                    label(),
                    "input " + in + " has " + in.elements() + " elements, target " + target + " has "
                            + target.elements());
        }
        return target;
    }

    @Override
    public List<@Nullable Tensor> gradient(Tensor output, Tensor upstream) {
        return List.of(upstream.reshape(output.inputs().getFirst().shape()));
    }

    @Override
    public double[] define(List<Operand> inputs, Shape shape) {
        return inputs.getFirst().data().clone();
    }
}
