package org.skipjack.nn;

import org.skipjack.core.Tensor;
import org.skipjack.core.op.Window2d;

/**
 * The maximum of each window of each channel; the gradient goes to the first of several equal ones.
 *
 * <p>Shapes: {@code [N, C, H, W]} becomes {@code [N, C, H', W']} with {@code H' = ⌊(H + 2·padding - kernel) / stride⌋ +
 * 1}, likewise {@code W'}. Padding is never the maximum.
 *
 * <p>Follows <a href="https://pytorch.org/docs/stable/generated/torch.nn.MaxPool2d.html">torch.nn.MaxPool2d</a>.
 */
public final class MaxPool2d extends Module {
    private final org.skipjack.core.op.MaxPool2d op;

    /** Square windows side by side. */
    public MaxPool2d(int kernel) {
        this(kernel, kernel);
    }

    /** Square windows. */
    public MaxPool2d(int kernel, int stride) {
        this(kernel, stride, 0);
    }

    /** Square windows over a padded input. */
    public MaxPool2d(int kernel, int stride, int padding) {
        this(new Window2d(kernel, kernel, stride, stride, padding, padding));
    }

    /** Any windows. */
    public MaxPool2d(Window2d window) {
        this.op = new org.skipjack.core.op.MaxPool2d(window);
    }

    @Override
    public Tensor forward(Tensor x) {
        return Tensor.record(op, x);
    }
}
