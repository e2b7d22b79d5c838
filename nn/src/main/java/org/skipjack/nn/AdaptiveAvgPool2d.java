package org.skipjack.nn;

import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;
import org.skipjack.core.op.AvgPool2d;
import org.skipjack.core.op.Window2d;

/**
 * Means over as many windows as it takes for the extents asked for: {@code [N, C, H, W]} becomes {@code [N, C, outH,
 * outW]}. Row {@code i} is the mean of the rows {@code ⌊i·H/outH⌋} to {@code ⌈(i + 1)·H/outH⌉ - 1}.
 *
 * <p>Follows <a
 * href="https://pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool2d.html">torch.nn.AdaptiveAvgPool2d</a>.
 */
public final class AdaptiveAvgPool2d extends Module {
    private final org.skipjack.core.op.AdaptiveAvgPool2d op;

    /** Square output; 1 is global average pooling. */
    public AdaptiveAvgPool2d(int out) {
        this(out, out);
    }

    /** Output of that height and width. */
    public AdaptiveAvgPool2d(int outH, int outW) {
        this.op = new org.skipjack.core.op.AdaptiveAvgPool2d(outH, outW);
    }

    /** Pools; where the extents divide, the windows are equal and it is a plain {@link AvgPool2d}. */
    @Override
    public Tensor forward(Tensor x) {
        Shape in = x.shape();
        if (in.rank() != 4 || !divides(op.outH(), in.dim(2)) || !divides(op.outW(), in.dim(3))) {
            return Tensor.record(op, x);
        }
        int h = in.dim(2) / op.outH();
        int w = in.dim(3) / op.outW();
        return Tensor.record(new AvgPool2d(new Window2d(h, w, h, w, 0, 0), true), x);
    }

    private static boolean divides(int windows, int extent) {
        return extent > 0 && extent % windows == 0;
    }
}
