package org.skipjack.core.op;

import java.util.Arrays;
import org.skipjack.core.Shape;
import org.skipjack.core.ShapeMismatchException;
import org.skipjack.core.Tensor;

/** How batch normalisation sees its input: one column of values per channel, dimension 1 of rank 2, 3 or 4. */
final class Channels {
    private Channels() {}

    /** Refuses what has no channels, or no values in them. */
    static void check(String op, Shape x) {
        if (x.rank() < 2 || x.rank() > 4) {
            throw new ShapeMismatchException(
                    op,
                    "input must have rank 2, 3 or 4, [N, C], [N, C, L] or [N, C, H, W], got " + x + " of rank "
                            + x.rank());
        }
        if (x.elements() == 0) {
            throw new ShapeMismatchException(
                    op, "input " + x + " is empty; the statistics of a channel need at least one value");
        }
    }

    /** Refuses a statistics operand other than {@code [2, C]}. */
    static void checkStatistics(String op, String operand, Shape found, Shape x) {
        ShapeRules.same(op, operand, found, statistics(x), () -> "two numbers for each channel of input " + x);
    }

    /** Refuses a parameter other than {@code [C]}. */
    static void checkParameter(String op, String operand, Shape found, Shape x) {
        ShapeRules.same(op, operand, found, Shape.of(x.dim(1)), () -> "one number for each channel of input " + x);
    }

    /** {@code [2, C]}. */
    static Shape statistics(Shape x) {
        return Shape.of(2, x.dim(1));
    }

    /** Values in each channel. */
    static int count(Shape x) {
        return x.elements() / x.dim(1);
    }

    /** The channel of an element, by its position in row-major order. */
    static int of(Shape x, int position) {
        return position / x.elements(2, x.rank()) % x.dim(1);
    }

    /** Row 0 or 1 of a statistics tensor, shaped to broadcast against {@code x}. */
    static Tensor row(Tensor statistics, int row, Shape x) {
        return spread(statistics.slice(0, row, row + 1), x);
    }

    /** Row 0 or 1 of a statistics tensor as {@code [C]}. */
    static Tensor row(Tensor statistics, int row) {
        return statistics
                .slice(0, row, row + 1)
                .reshape(Shape.of(statistics.shape().dim(1)));
    }

    /** One number per channel, shaped to broadcast against {@code x}. */
    static Tensor spread(Tensor perChannel, Shape x) {
        int[] dims = new int[x.rank()];
        Arrays.fill(dims, 1);
        dims[1] = x.dim(1);
        return perChannel.reshape(Shape.of(dims));
    }
}
