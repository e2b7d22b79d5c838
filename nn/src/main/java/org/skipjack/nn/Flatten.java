package org.skipjack.nn;

import java.util.stream.IntStream;
import org.skipjack.core.Shape;
import org.skipjack.core.ShapeMismatchException;
import org.skipjack.core.Tensor;

/**
 * Merges neighbouring dimensions into one: {@code [N, C, H, W]} becomes {@code [N, C·H·W]}.
 *
 * <p>Follows <a href="https://pytorch.org/docs/stable/generated/torch.nn.Flatten.html">torch.nn.Flatten</a>.
 */
public final class Flatten extends Module {
    private final int from;
    private final int to;

    /** Merges all dimensions but the first. */
    public Flatten() {
        this(1, -1);
    }

    /**
     * Merges the dimensions {@code from} to {@code to}, both inclusive; negative ones count from the end.
     *
     * @param from PyTorch's {@code start_dim}
     * @param to PyTorch's {@code end_dim}
     */
    public Flatten(int from, int to) {
        this.from = from;
        this.to = to;
    }

    /** Flattens; throws a {@link ShapeMismatchException} if the input lacks one of the dimensions. */
    @Override
    public Tensor forward(Tensor x) {
        Shape shape = x.shape();
        int first = shape.axis(from);
        int last = shape.axis(to);
        if (first > last) {
            throw new ShapeMismatchException(
                    "flatten", "dimension " + from + " cannot come after dimension " + to + " of input " + shape);
        }
        int[] dims = shape.dims();
        var merged = IntStream.builder();
        for (int i = 0; i < first; i++) {
            merged.add(dims[i]);
        }
        merged.add(shape.elements(first, last + 1));
        for (int i = last + 1; i < dims.length; i++) {
            merged.add(dims[i]);
        }
        return x.reshape(Shape.of(merged.build().toArray()));
    }
}
