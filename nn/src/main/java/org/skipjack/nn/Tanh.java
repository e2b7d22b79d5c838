package org.skipjack.nn;

import org.skipjack.core.Tensor;

/**
 * {@code y = tanh(x)}, element by element. Any shape.
 *
 * <p>Follows <a href="https://pytorch.org/docs/stable/generated/torch.nn.Tanh.html">torch.nn.Tanh</a>.
 */
public final class Tanh extends Module {
    /** The activation; it has no parameters. */
    public Tanh() {}

    @Override
    public Tensor forward(Tensor x) {
        return x.tanh();
    }
}
