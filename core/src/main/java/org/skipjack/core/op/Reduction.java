package org.skipjack.core.op;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import org.skipjack.core.Shape;

/** What reductions over a set of dimensions have in common: the result's shape and the loop. */
final class Reduction {
    private Reduction() {}

    static Shape shape(Shape in, List<Integer> axes, boolean keepDim) {
        int[] out = new int[keepDim ? in.rank() : in.rank() - axes.size()];
        int next = 0;
        for (int i = 0; i < in.rank(); i++) {
            if (!axes.contains(in.axis(i))) {
                out[next++] = in.dim(i);
            } else if (keepDim) {
                out[next++] = 1;
            }
        }
        return Shape.of(out);
    }

    static double[] reduce(Op.Operand in, List<Integer> axes, double start, DoubleBinaryOperator combine) {
        Shape kept = shape(in.shape(), axes, true);
        int[] strides = kept.broadcastStrides(kept.rank());
        var out = new double[kept.elements()];
        Arrays.fill(out, start);
        var index = new Odometer(in.shape());
        for (double value : in.data()) {
            int o = index.offset(strides);
            out[o] = combine.applyAsDouble(out[o], value);
            index.advance();
        }
        return out;
    }
}
