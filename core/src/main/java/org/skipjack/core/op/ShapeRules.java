package org.skipjack.core.op;

import java.util.List;
import java.util.function.Supplier;
import org.skipjack.core.Shape;
import org.skipjack.core.ShapeMismatchException;

/** The checks that many shape rules share, so that they refuse operands in the same words. */
final class ShapeRules {
    private ShapeRules() {}

    /** Refuses a wrong number of operands; the names are those that messages use. */
    static void operands(String op, List<Shape> found, String... names) {
        if (found.size() != names.length) {
            throw new ShapeMismatchException(
                    op,
                    "expects " + names.length + (names.length == 1 ? " operand (" : " operands (")
                            + String.join(", ", names) + "), got " + found.size() + ": " + found);
        }
    }

    /** Refuses another rank than that of the layout, for example {@code [N, C, H, W]}. */
    static void rank(String op, String operand, Shape found, int rank, String layout) {
        if (found.rank() != rank) {
            String remedy =
                    found.rank() == rank - 1 ? "; add the missing dimension with reshape, 1 for a batch of one" : "";
            throw new ShapeMismatchException(
                    op,
                    operand + " must have rank " + rank + ", " + layout + ", got " + found + " of rank " + found.rank()
                            + remedy);
        }
    }

    /** Refuses any shape but one; the reason is only put into words for a message. */
    static void same(String op, String operand, Shape found, Shape expected, Supplier<String> because) {
        if (!found.equals(expected)) {
            throw new ShapeMismatchException(
                    op, operand + " has shape " + found + ", expected " + expected + ": " + because.get());
        }
    }

    /** Refuses a dimension that the operand does not have; ops hold dimensions counted from the front. */
    static void axis(String op, Shape in, int axis) {
        if (axis < 0 || axis >= in.rank()) {
            throw new ShapeMismatchException(
                    op,
                    in.rank() == 0
                            ? "dimension " + axis + " does not exist: the input is a scalar"
                            : "dimension " + axis + " does not exist in input " + in + ", expected 0.."
                                    + (in.rank() - 1));
        }
    }
}
