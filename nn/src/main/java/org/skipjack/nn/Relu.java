package org.skipjack.nn;

import org.skipjack.core.Tensor;

/**
 * {@code y = max(x, 0)}, element by element; NaN stays NaN. Any shape.
 *
 * <p>Follows <a href="https://pytorch.org/docs/stable/generated/torch.nn.ReLU.html">torch.nn.ReLU</a>.
 */
public final class Relu extends Module {
    /** The activation; it has no parameters. */
    public Relu() {}

    @Override
    public Tensor forward(Tensor x) {
        return x.relu();
    }
}
