package org.skipjack.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/** What the tests mean by equal. */
final class Closeness {
    /** Unit round-off of float. */
    static final double U = 0x1p-24;

    private Closeness() {}

    /** The same bits everywhere; one NaN is as good as another. */
    static void assertSameBits(float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            if (Float.floatToIntBits(actual[i]) != Float.floatToIntBits(expected[i])) {
                fail("element %d is %s (%a), not %s (%a)", i, actual[i], actual[i], expected[i], expected[i]);
            }
        }
    }

    /** Equal as numbers, for data whose every intermediate result is a whole number below 2²⁴. */
    static void assertExact(float[] actual, double[] expected) {
        assertThat(actual).hasSize(expected.length);
        for (int i = 0; i < actual.length; i++) {
            if (actual[i] != expected[i]) {
                fail("element %d is %s, not %s", i, actual[i], expected[i]);
            }
        }
    }

    /**
     * Sums of products within 4 units of {@code u Σ |a| |b|}, and all together within 5e-7 of their norm. The error of a chain
     * of additions is the sum of the roundings of its partial sums, which grow where signs happen to agree: of ten million
     * sums about one in a hundred thousand lies 4 to 5 units off, none more than 6.
     */
    static void assertSumsOfProducts(float[] actual, double[] expected, double[] magnitudes) {
        assertThat(actual).hasSize(expected.length);
        int far = 0;
        for (int i = 0; i < actual.length; i++) {
            double units = Math.abs(actual[i] - expected[i]) / (U * magnitudes[i]);
            if (actual[i] != expected[i] && !(units <= 4)) {
                far++;
                if (!(units <= 6)) {
                    fail("element %d is %s, not %s: %s units apart", i, actual[i], expected[i], units);
                }
            }
        }
        assertThat(far).as("sums more than 4 units apart").isLessThanOrEqualTo(1 + actual.length / 100_000);
        if (actual.length > 100) {
            assertThat(relativeL2(actual, expected)).isLessThan(5e-7);
        }
    }

    /** {@code |actual - expected| / |expected|}, or 0 if they are equal. */
    static double relative(double actual, double expected) {
        return actual == expected ? 0 : Math.abs(actual - expected) / Math.abs(expected);
    }

    /** {@code ‖actual - expected‖ / ‖expected‖}. */
    static double relativeL2(float[] actual, double[] expected) {
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < actual.length; i++) {
            difference += (actual[i] - expected[i]) * (actual[i] - expected[i]);
            norm += expected[i] * expected[i];
        }
        return difference == 0 ? 0 : Math.sqrt(difference / norm);
    }
}
