package org.skipjack.nn;

import org.skipjack.core.Shape;
import org.skipjack.core.ShapeMismatchException;

/**
 * Batch normalisation of images: {@code [N, C, H, W]}, result of the same shape; see {@link BatchNorm}.
 *
 * <p>Follows <a
 * href="https://pytorch.org/docs/stable/generated/torch.nn.BatchNorm2d.html">torch.nn.BatchNorm2d</a>.
 */
public final class BatchNorm2d extends BatchNorm {
    /** PyTorch's defaults for that number of channels. */
    public BatchNorm2d(int features) {
        this(features, options());
    }

    /** With options that start at {@link BatchNorm#options}. */
    public BatchNorm2d(int features, Options options) {
        super(features, options);
    }

    @Override
    void checkRank(Shape shape) {
        if (shape.rank() != 4) {
            throw new ShapeMismatchException(
                    "batchNorm",
                    "expected 4D input (got " + shape.rank() + "D input) of shape [N, C, H, W], got " + shape);
        }
    }
}
