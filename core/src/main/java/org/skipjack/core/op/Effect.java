package org.skipjack.core.op;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;
import org.skipjack.core.ShapeMismatchException;
import org.skipjack.core.Tensor;
import org.skipjack.core.Variable;

/**
 * Its first operand, unchanged; evaluating it also assigns each further operand to a variable. This is how a batch norm
 * in training moves its running statistics although expressions are otherwise pure.
 *
 * @param targets the variables assigned, one for each operand after the first
 */
public record Effect(List<Variable> targets) implements Op {
    @Override
    public String label() {
        return "effect";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        for (int i = 0; i < targets.size(); i++) {
            if (!targets.get(i).shape().equals(inputs.get(i + 1))) {
                throw new ShapeMismatchException(
                        label(),
                        "variable " + targets.get(i).name() + " has shape "
                                + targets.get(i).shape() + ", its new value " + inputs.get(i + 1));
            }
        }
        return inputs.getFirst();
    }

    @Override
    public List<@Nullable Tensor> gradient(Tensor output, Tensor upstream) {
        var gradients = new java.util.ArrayList<@Nullable Tensor>();
        gradients.add(upstream);
        targets.forEach(t -> gradients.add(null));
        return gradients;
    }

    @Override
    public double[] define(List<Operand> inputs, Shape shape) {
        return inputs.getFirst().data();
    }
}
