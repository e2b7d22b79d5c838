package org.skipjack.nn;

import java.util.List;
import org.skipjack.core.Tensor;
import org.skipjack.core.backend.ReferenceBackend;

/** Seeded inputs, and values in double precision. */
public final class TestData {
    private TestData() {}

    /** Standard normal values of that shape; the same seed gives the same values. */
    public static Tensor normal(long seed, int... dims) {
        var random = Init.generator(seed);
        int n = 1;
        for (int d : dims) {
            n *= d;
        }
        var values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.of(values, dims);
    }

    /** Evaluates in double precision; variables stay as they are. */
    public static double[] values(Tensor tensor) {
        return new ReferenceBackend().evaluate(List.of(tensor)).getFirst();
    }
}
