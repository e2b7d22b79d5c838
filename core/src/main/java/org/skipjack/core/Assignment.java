package org.skipjack.core;

/**
 * Gives a variable a new value at the end of a step. All values of a step are computed from the variables as they were
 * before it.
 *
 * @param target the variable
 * @param value its new value, of the same shape
 */
public record Assignment(Variable target, Tensor value) {
    /** Checks the shapes. */
    public Assignment {
        if (!target.shape().equals(value.shape())) {
            throw new ShapeMismatchException(
                    "assign",
                    "variable " + target.name() + " has shape " + target.shape() + ", its new value " + value.shape());
        }
    }
}
