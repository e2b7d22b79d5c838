package org.skipjack.nn;

import org.skipjack.core.Shape;
import org.skipjack.core.ShapeMismatchException;

/**
 * Batch normalisation of features: {@code [N, C]} or {@code [N, C, L]}, result of the same shape; see {@link BatchNorm}.
 *
 * <p>Follows <a
 * href="https://pytorch.org/docs/stable/generated/torch.nn.BatchNorm1d.html">torch.nn.BatchNorm1d</a>.
 */
public final class BatchNorm1d extends BatchNorm {
    /** PyTorch's defaults for that number of channels. */
    public BatchNorm1d(int features) {
        this(features, options());
    }

    /** With options that start at {@link BatchNorm#options}. */
    public BatchNorm1d(int features, Options options) {
        super(features, options);
    }

    @Override
    void checkRank(Shape shape) {
        if (shape.rank() != 2 && shape.rank() != 3) {
            throw new ShapeMismatchException(
                    "batchNorm",
                    "expected 2D or 3D input (got " + shape.rank() + "D input) of shape [N, C] or [N, C, L], got "
                            + shape);
        }
    }
}
