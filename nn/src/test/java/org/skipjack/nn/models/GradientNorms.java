package org.skipjack.nn.models;

import static org.assertj.core.api.Assertions.assertThat;

/** Distances of gradients and logits from PyTorch's. */
final class GradientNorms {
    private GradientNorms() {}

    /** L2 norm of the difference. */
    static double distance(float[] found, double[] expected) {
        assertThat(found).hasSameSizeAs(expected);
        double sum = 0;
        for (int i = 0; i < found.length; i++) {
            sum += (found[i] - expected[i]) * (found[i] - expected[i]);
        }
        return Math.sqrt(sum);
    }

    /** L2 norm. */
    static double norm(double[] values) {
        return distance(new float[values.length], values);
    }
}
