package org.skipjack.nn;

import org.skipjack.core.Tensor;

/**
 * {@code y = 1 / (1 + e⁻ˣ)}, element by element. Any shape.
 *
 * <p>Follows <a href="https://pytorch.org/docs/stable/generated/torch.nn.Sigmoid.html">torch.nn.Sigmoid</a>.
 */
public final class Sigmoid extends Module {
    /** The activation; it has no parameters. */
    public Sigmoid() {}

    @Override
    public Tensor forward(Tensor x) {
        return x.sigmoid();
    }
}
