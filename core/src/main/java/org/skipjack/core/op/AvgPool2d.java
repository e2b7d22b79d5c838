package org.skipjack.core.op;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;

/**
 * Mean over the windows of each channel: input {@code [N, C, H, W]}, result {@code [N, C, H', W']}. Follows PyTorch's
 * {@code avg_pool2d} in floor mode.
 *
 * @param window the windows
 * @param countPadding whether zeros of the padding count in the mean, so that every window is divided by
 *     {@code kernelH * kernelW}; otherwise by the number of its elements inside the input
 */
public record AvgPool2d(Window2d window, boolean countPadding) implements Op {
    @Override
    public String label() {
        return "avgPool2d";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        ShapeRules.operands(label(), inputs, "input");
        return window.output(label(), inputs.getFirst());
    }

    @Override
    public List<@Nullable Tensor> gradient(Tensor output, Tensor upstream) {
        return List.of(Tensor.record(
                new AvgPool2dGradient(this, output.inputs().getFirst().shape()), upstream));
    }

    /** What the sum of a window is divided by. */
    int divisor(Span rows, Span columns) {
        return countPadding ? window.kernelH() * window.kernelW() : Span.area(rows, columns);
    }

    @Override
    public double[] define(List<Operand> inputs, Shape shape) {
        return WindowMean.mean(inputs.getFirst(), shape, window::rows, window::columns, this::divisor);
    }
}
