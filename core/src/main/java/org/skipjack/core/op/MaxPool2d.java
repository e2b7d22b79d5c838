package org.skipjack.core.op;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;

/**
 * Maximum over the windows of each channel: input {@code [N, C, H, W]}, result {@code [N, C, H', W']}. Padding never
 * wins. Follows PyTorch's {@code max_pool2d} in floor mode: the first maximum in row-major order wins a tie and gets
 * the gradient; NaN in a window wins, the last one if there are several.
 *
 * @param window the windows
 */
public record MaxPool2d(Window2d window) implements Op {
    @Override
    public String label() {
        return "maxPool2d";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        ShapeRules.operands(label(), inputs, "input");
        return window.output(label(), inputs.getFirst());
    }

    @Override
    public List<@Nullable Tensor> gradient(Tensor output, Tensor upstream) {
        return List.of(Tensor.record(
                new MaxPool2dGradient(this), upstream, output.inputs().getFirst()));
    }

    /** Position of a window's winner in the input. */
    static int winner(double[] x, int plane, int width, Span rows, Span columns) {
        int best = plane + rows.from() * width + columns.from();
        for (int i = rows.from(); i < rows.to(); i++) {
            for (int j = columns.from(); j < columns.to(); j++) {
                int at = plane + i * width + j;
                if (x[at] > x[best] || Double.isNaN(x[at])) {
                    best = at;
                }
            }
        }
        return best;
    }

    @Override
    public double[] define(List<Operand> inputs, Shape shape) {
        var x = inputs.getFirst();
        int w = x.shape().dim(3);
        var y = new double[shape.elements()];
        Span.forEachWindow(
                x.shape(),
                shape,
                window::rows,
                window::columns,
                (yi, plane, rows, columns) -> y[yi] = x.data()[winner(x.data(), plane, w, rows, columns)]);
        return y;
    }
}
