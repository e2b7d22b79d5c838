package org.skipjack.interop.onnx;

import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;

/** What nodes on images share. */
final class Images {
    private Images() {}

    /** Refuses anything but {@code [N, C, H, W]}. */
    static void requireImages(Shape shape) {
        if (shape.rank() != 4) {
            throw new IllegalArgumentException(
                    "input has shape " + shape + " of rank " + shape.rank() + ", supported are images [N, C, H, W]");
        }
    }

    /** Surrounds a dimension with a value. */
    static Tensor pad(Tensor x, int axis, int before, int after, float value) {
        if (before == 0 && after == 0) {
            return x;
        }
        if (value == 0) {
            return x.pad(axis, before, after);
        }
        Tensor front = Tensor.full(value, x.shape().with(axis, before).dims());
        Tensor back = Tensor.full(value, x.shape().with(axis, after).dims());
        if (before == 0) {
            return Tensor.concatenate(axis, x, back);
        }
        return after == 0 ? Tensor.concatenate(axis, front, x) : Tensor.concatenate(axis, front, x, back);
    }
}
