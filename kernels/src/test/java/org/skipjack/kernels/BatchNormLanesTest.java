package org.skipjack.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skipjack.kernels.Closeness.assertExact;
import static org.skipjack.kernels.Closeness.assertSameBits;
import static org.skipjack.kernels.Closeness.relativeL2;
import static org.skipjack.kernels.Lanes.COUNT;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BatchNormLanesTest {
    private static final float EPSILON = 1e-5f;
    private static final int[] CHANNELS = {1, 2, 3, 5, 6, 7, 16, 17};

    /** Sizes of maps from 1x1 to 13x13, non-square ones in between, and 28x28. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 9, 16, 25, 36, 49, 63, 64, 81, 100, 121, 143, 144, 169, 784})
    void everyKernelHasTheBitsOfItsTwin(int size) {
        Random random = new Random(size);
        for (int channels : CHANNELS) {
            int n = channels * size * COUNT;
            Guarded x = Guarded.input(28, Draws.gaussian(random, n));
            Guarded dy = Guarded.input(12, Draws.gaussian(random, n));
            for (int valid : new int[] {1, 7, 15, 16}) {
                assertSameBits(statistics(x, channels, size, valid, false), statistics(x, channels, size, valid, true));
            }
            Guarded stats = Guarded.input(3, statsOf(random, channels));
            Guarded gamma = Guarded.input(5, Draws.gaussian(random, channels));
            Guarded beta = Guarded.input(7, Draws.gaussian(random, channels));
            for (boolean sigmoid : new boolean[] {false, true}) {
                Guarded y = Guarded.output(12, n);
                Guarded twin = Guarded.output(5, n);
                BatchNormLanes.normalize(
                        y.array(),
                        12,
                        x.array(),
                        28,
                        stats.array(),
                        3,
                        gamma.array(),
                        5,
                        beta.array(),
                        7,
                        channels,
                        size,
                        EPSILON,
                        sigmoid);
                BatchNormLanesScalar.normalize(
                        twin.array(),
                        5,
                        x.array(),
                        28,
                        stats.array(),
                        3,
                        gamma.array(),
                        5,
                        beta.array(),
                        7,
                        channels,
                        size,
                        EPSILON,
                        sigmoid);
                assertSameBits(y.values(), twin.values());
            }
            checkGradientTwins(x, dy, stats, gamma, channels, size);
        }
    }

    private static float[] statsOf(Random random, int channels) {
        float[] stats = Draws.gaussian(random, 2 * channels);
        for (int c = 0; c < channels; c++) {
            stats[channels + c] = Math.abs(stats[channels + c]);
        }
        return stats;
    }

    private static void checkGradientTwins(
            Guarded x, Guarded dy, Guarded stats, Guarded gamma, int channels, int size) {
        for (int valid : new int[] {1, 7, 15, 16}) {
            assertSameBits(
                    sums(dy, x, stats, channels, size, valid, false), sums(dy, x, stats, channels, size, valid, true));
        }
        Guarded partial = Guarded.input(5, sums(dy, x, stats, channels, size, COUNT, false));

        int n = channels * size * COUNT;
        Guarded dx = Guarded.output(12, n);
        Guarded dxTwin = Guarded.output(28, n);
        BatchNormLanes.inputGradient(
                dx.array(),
                12,
                dy.array(),
                12,
                x.array(),
                28,
                stats.array(),
                3,
                gamma.array(),
                5,
                partial.array(),
                5,
                channels,
                size,
                size * COUNT,
                EPSILON,
                0,
                channels);
        BatchNormLanesScalar.inputGradient(
                dxTwin.array(),
                28,
                dy.array(),
                12,
                x.array(),
                28,
                stats.array(),
                3,
                gamma.array(),
                5,
                partial.array(),
                5,
                channels,
                size,
                size * COUNT,
                EPSILON,
                0,
                channels);
        assertSameBits(dx.values(), dxTwin.values());
    }

    private static float[] sums(
            Guarded dy, Guarded x, Guarded stats, int channels, int size, int valid, boolean scalar) {
        Guarded dyTail = Guarded.input(12, Draws.withTail(dy.values(), valid, Float.NaN));
        Guarded xTail = Guarded.input(28, Draws.withTail(x.values(), valid, Float.NaN));
        Guarded partial = Guarded.output(5, 2 * channels);
        Guarded sums = Guarded.output(7, BatchNormLanes.SUMS);
        if (scalar) {
            BatchNormLanesScalar.sums(
                    partial.array(),
                    5,
                    dyTail.array(),
                    12,
                    xTail.array(),
                    28,
                    stats.array(),
                    3,
                    channels,
                    size,
                    valid,
                    EPSILON,
                    sums.array(),
                    7);
        } else {
            BatchNormLanes.sums(
                    partial.array(),
                    5,
                    dyTail.array(),
                    12,
                    xTail.array(),
                    28,
                    stats.array(),
                    3,
                    channels,
                    size,
                    valid,
                    EPSILON,
                    sums.array(),
                    7);
        }
        sums.values();
        return partial.values();
    }

    private static float[] statistics(Guarded x, int channels, int size, int valid, boolean scalar) {
        Guarded garbage = Guarded.input(x.at(), Draws.withTail(x.values(), valid, Float.NaN));
        Guarded partial = Guarded.output(5, BatchNormLanes.PARTIALS * channels);
        Guarded sums = Guarded.output(9, BatchNormLanes.SUMS);
        if (scalar) {
            BatchNormLanesScalar.statistics(
                    partial.array(), 5, garbage.array(), x.at(), channels, size, valid, sums.array(), 9);
        } else {
            BatchNormLanes.statistics(
                    partial.array(), 5, garbage.array(), x.at(), channels, size, valid, sums.array(), 9);
        }
        sums.values();
        return partial.values();
    }

    /** With mean 0 and variance 1 every intermediate result is a whole number. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 9, 64})
    void sumsOfWholeNumbersAreExactAndLeaveLanesWithoutAnExampleOut(int size) {
        Random random = new Random(size);
        int channels = 21;
        float[] dy = Draws.whole(random, channels * size * COUNT, 9);
        float[] x = Draws.whole(random, channels * size * COUNT, 9);
        float[] stats = new float[2 * channels];
        Arrays.fill(stats, channels, 2 * channels, 1f);
        for (int valid : new int[] {1, 7, 15, 16}) {
            double[] expected = new double[2 * channels];
            for (int i = 0; i < x.length; i++) {
                if (i % COUNT < valid) {
                    expected[i / COUNT / size] += dy[i];
                    expected[channels + i / COUNT / size] += dy[i] * x[i];
                }
            }
            float[] garbage = Draws.withTail(dy, valid, Float.POSITIVE_INFINITY);
            float[] actual = new float[2 * channels];

            BatchNormLanes.sums(
                    actual,
                    0,
                    garbage,
                    0,
                    x,
                    0,
                    stats,
                    0,
                    channels,
                    size,
                    valid,
                    0f,
                    new float[BatchNormLanes.SUMS],
                    0);

            assertExact(actual, expected);
        }
    }

    @Test
    void nanComesThroughNormalizationAndSigmoid() {
        for (int bits : new int[] {0x7fc00000, 0xffc00000, 0x7f800001}) {
            float[] x = new float[2 * COUNT];
            x[COUNT + 5] = Float.intBitsToFloat(bits);
            for (boolean sigmoid : new boolean[] {false, true}) {
                float[] y = new float[2 * COUNT];

                BatchNormLanes.normalize(
                        y,
                        0,
                        x,
                        0,
                        new float[] {0f, 1f},
                        0,
                        new float[] {1f},
                        0,
                        new float[1],
                        0,
                        1,
                        2,
                        EPSILON,
                        sigmoid);

                assertThat(y[COUNT + 5]).isNaN();
                assertThat(y[COUNT + 4]).isEqualTo(sigmoid ? 0.5f : 0f);
            }
        }
    }

    /** Forward within 2e-6 of the scale, gradients within 2e-6 and 1e-6 of their norm, up to mean / deviation 10. */
    @ParameterizedTest
    @CsvSource({"0, 36", "1, 36", "10, 36", "0, 1", "1, 1", "10, 1"})
    void normalizationAndItsGradientFollowTheFormulas(double mean, int size) {
        Random random = new Random(6);
        int channels = 7;
        float[] x = BatchNormStatisticsTest.batchAbout(mean, random, channels, size, COUNT);
        float[] dy = Draws.gaussian(random, x.length);
        float[] gamma = Draws.gaussian(random, channels);
        float[] beta = Draws.gaussian(random, channels);
        float[] stats = BatchNormStatisticsTest.batchStatistics(x, channels, size, COUNT);
        double[] exact = BatchNormStatisticsTest.exactStatistics(x, channels, size, COUNT);
        int n = size * COUNT;

        float[] y = new float[x.length];
        float[] ySigmoid = new float[x.length];
        BatchNormLanes.normalize(y, 0, x, 0, stats, 0, gamma, 0, beta, 0, channels, size, EPSILON, false);
        BatchNormLanes.normalize(ySigmoid, 0, x, 0, stats, 0, gamma, 0, beta, 0, channels, size, EPSILON, true);
        float[] sums = new float[2 * channels];
        BatchNormLanes.sums(
                sums, 0, dy, 0, x, 0, stats, 0, channels, size, COUNT, EPSILON, new float[BatchNormLanes.SUMS], 0);
        float[] dx = new float[x.length];
        BatchNormLanes.inputGradient(
                dx, 0, dy, 0, x, 0, stats, 0, gamma, 0, sums, 0, channels, size, n, EPSILON, 0, channels);

        double[] exactSums = new double[2 * channels];
        double[] normal = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            int c = i / n;
            normal[i] = (x[i] - exact[c]) / Math.sqrt(exact[channels + c] + EPSILON);
            exactSums[c] += dy[i];
            exactSums[channels + c] += dy[i] * normal[i];
            double value = normal[i] * gamma[c] + beta[c];
            assertThat(Math.abs(y[i] - value)).isLessThan(2e-6 * Math.max(1, Math.abs(gamma[c])));
            assertThat(Math.abs(ySigmoid[i] - 1 / (1 + Math.exp(-value)))).isLessThan(2e-6);
        }
        double[] exactGradient = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            int c = i / n;
            exactGradient[i] = gamma[c]
                    / Math.sqrt(exact[channels + c] + EPSILON)
                    * (dy[i] - exactSums[c] / n - normal[i] * exactSums[channels + c] / n);
        }
        assertThat(relativeL2(sums, exactSums)).isLessThan(1e-6);
        assertThat(relativeL2(dx, exactGradient)).isLessThan(2e-6);
    }
}
