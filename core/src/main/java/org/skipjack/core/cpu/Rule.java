package org.skipjack.core.cpu;

import org.jspecify.annotations.Nullable;
import org.skipjack.core.Tensor;

/**
 * Replaces a small pattern of ops by one that has a kernel of its own. A plan with and without any rule computes the same
 * values up to rounding; each can be switched off by its name ({@code -Dskipjack.without=bias,normSigmoid}).
 */
interface Rule {
    /** Name for switching it off. */
    String name();

    /**
     * What to compute instead of a node, or {@code null} if the pattern is not there.
     *
     * @param node a node whose operands have been rewritten already
     * @param uses how often the results of the pattern's inner nodes are read
     */
    @Nullable
    Tensor rewrite(Tensor node, Uses uses);

    /** Number of readers of a node. */
    interface Uses {
        int of(Tensor node);
    }
}
