package org.skipjack.core.op;

import org.skipjack.core.Shape;

/** The definition that the average poolings share, and its adjoint. */
final class WindowMean {
    private WindowMean() {}

    /** What the sum of a window is divided by. */
    interface Divisor {
        int of(Span rows, Span columns);
    }

    /** {@code y = Σ x / divisor} over each window. */
    static double[] mean(Op.Operand x, Shape y, Span.Rule rows, Span.Rule columns, Divisor divisor) {
        int width = x.shape().dim(3);
        var out = new double[y.elements()];
        Span.forEachWindow(x.shape(), y, rows, columns, (yi, plane, r, c) -> {
            double sum = 0;
            for (int i = r.from(); i < r.to(); i++) {
                for (int j = c.from(); j < c.to(); j++) {
                    sum += x.data()[plane + i * width + j];
                }
            }
            out[yi] = sum / divisor.of(r, c);
        });
        return out;
    }

    /** {@code dx += dy / divisor} over each window. */
    static double[] spread(Op.Operand dy, Shape x, Span.Rule rows, Span.Rule columns, Divisor divisor) {
        int width = x.dim(3);
        var dx = new double[x.elements()];
        Span.forEachWindow(x, dy.shape(), rows, columns, (yi, plane, r, c) -> {
            double share = dy.data()[yi] / divisor.of(r, c);
            for (int i = r.from(); i < r.to(); i++) {
                for (int j = c.from(); j < c.to(); j++) {
                    dx[plane + i * width + j] += share;
                }
            }
        });
        return dx;
    }
}
