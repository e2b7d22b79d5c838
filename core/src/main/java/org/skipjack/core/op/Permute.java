package org.skipjack.core.op;

import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;
import org.skipjack.core.ShapeMismatchException;
import org.skipjack.core.Tensor;

/**
 * Reorders the dimensions: dimension {@code i} of the result is dimension {@code order[i]} of the operand.
 *
 * @param order each dimension of the operand once, counted from the front
 */
public record Permute(List<Integer> order) implements Op {
    /** Copies the order. */
    public Permute {
        order = List.copyOf(order);
    }

    @Override
    public String label() {
        return "permute";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        ShapeRules.operands(label(), inputs, "input");
        Shape in = inputs.getFirst();
        if (!order.stream()
                .sorted()
                .toList()
                .equals(IntStream.range(0, in.rank()).boxed().toList())) {
            throw new ShapeMismatchException(
                    label(),
                    "order " + order + " must name each dimension of input " + in + " once, "
                            + IntStream.range(0, in.rank()).boxed().toList() + " in some order");
        }
        return Shape.of(order.stream().mapToInt(in::dim).toArray());
    }

    @Override
    public List<@Nullable Tensor> gradient(Tensor output, Tensor upstream) {
        int[] inverse = new int[order.size()];
        for (int i = 0; i < inverse.length; i++) {
            inverse[order.get(i)] = i;
        }
        return List.of(upstream.permute(inverse));
    }

    @Override
    public double[] define(List<Operand> inputs, Shape shape) {
        var in = inputs.getFirst();
        int[] strides = in.shape().broadcastStrides(shape.rank());
        int[] permuted = order.stream().mapToInt(axis -> strides[axis]).toArray();
        var out = new double[shape.elements()];
        var index = new Odometer(shape);
        for (int i = 0; i < out.length; i++) {
            out[i] = in.data()[index.offset(permuted)];
            index.advance();
        }
        return out;
    }
}
