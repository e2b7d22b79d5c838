package org.skipjack.core.op;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;
import org.skipjack.core.ShapeMismatchException;
import org.skipjack.core.Tensor;

/**
 * Repeats the operand along dimensions of extent 1 and along new leading ones.
 *
 * @param target shape of the result
 */
public record BroadcastTo(Shape target) implements Op {
    @Override
    public String label() {
        return "broadcastTo";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        Shape in = inputs.getFirst();
        if (!Shape.broadcast(label(), in, target).equals(target)) {
            throw new ShapeMismatchException(label(), "shape " + in + " does not broadcast to " + target);
        }
        return target;
    }

    @Override
    public List<@Nullable Tensor> gradient(Tensor output, Tensor upstream) {
        return List.of(upstream.sumTo(output.inputs().getFirst().shape()));
    }

    @Override
    public double[] define(List<Operand> inputs, Shape shape) {
        var in = inputs.getFirst();
        int[] strides = in.shape().broadcastStrides(shape.rank());
        var out = new double[shape.elements()];
        var index = new Odometer(shape);
        for (int i = 0; i < out.length; i++) {
            out[i] = in.data()[index.offset(strides)];
            index.advance();
        }
        return out;
    }
}
