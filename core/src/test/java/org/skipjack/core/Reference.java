package org.skipjack.core;

import java.util.List;
import org.skipjack.core.backend.ReferenceBackend;

/** Shorthand of tests for values by definition, in double precision. */
public final class Reference {
    private Reference() {}

    /** The elements of an expression. */
    public static double[] values(Tensor expression) {
        return new ReferenceBackend().evaluate(List.of(expression)).getFirst();
    }

    /** The gradient of {@code Σ output · upstream} with respect to one leaf. */
    public static double[] gradient(Tensor output, Tensor upstream, Tensor leaf) {
        return values(Gradients.of(output, upstream, List.of(leaf)).getFirst());
    }
}
