package org.skipjack.nn;

import org.skipjack.core.Tensor;
import org.skipjack.core.op.Window2d;

/**
 * The mean of each window of each channel.
 *
 * <p>Shapes: {@code [N, C, H, W]} becomes {@code [N, C, H', W']} with {@code H' = ⌊(H + 2·padding - kernel) / stride⌋ +
 * 1}, likewise {@code W'}. Padding is zeros, which count in the mean unless told otherwise.
 *
 * <p>Follows <a href="https://pytorch.org/docs/stable/generated/torch.nn.AvgPool2d.html">torch.nn.AvgPool2d</a>.
 */
public final class AvgPool2d extends Module {
    private final org.skipjack.core.op.AvgPool2d op;

    /** Square windows side by side. */
    public AvgPool2d(int kernel) {
        this(kernel, kernel);
    }

    /** Square windows. */
    public AvgPool2d(int kernel, int stride) {
        this(kernel, stride, 0);
    }

    /** Square windows over an input surrounded by zeros. */
    public AvgPool2d(int kernel, int stride, int padding) {
        this(new Window2d(kernel, kernel, stride, stride, padding, padding), true);
    }

    /**
     * Any windows.
     *
     * @param window extents, strides and padding
     * @param countPadding whether the zeros around the input count in the mean; PyTorch's {@code count_include_pad}
     */
    public AvgPool2d(Window2d window, boolean countPadding) {
        this.op = new org.skipjack.core.op.AvgPool2d(window, countPadding);
    }

    @Override
    public Tensor forward(Tensor x) {
        return Tensor.record(op, x);
    }
}
