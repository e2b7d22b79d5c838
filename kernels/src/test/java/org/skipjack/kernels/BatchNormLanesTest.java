package org.skipjack.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skipjack.kernels.Closeness.assertSameBits;
import static org.skipjack.kernels.Closeness.relative;
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
        Guarded partial = Guarded.output(5, 2 * channels);
        Guarded twin = Guarded.output(9, 2 * channels);
        Guarded sums = Guarded.output(7, BatchNormLanes.SUMS);
        BatchNormLanes.sums(
                partial.array(),
                5,
                dy.array(),
                12,
                x.array(),
                28,
                stats.array(),
                3,
                channels,
                size,
                EPSILON,
                sums.array(),
                7);
        sums.values();
        BatchNormLanesScalar.sums(
                twin.array(),
                9,
                dy.array(),
                12,
                x.array(),
                28,
                stats.array(),
                3,
                channels,
                size,
                EPSILON,
                sums.array(),
                7);
        sums.values();
        assertSameBits(partial.values(), twin.values());

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
                EPSILON);
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
                EPSILON);
        assertSameBits(dx.values(), dxTwin.values());
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

    /** Means and biased variances of a batch whose values lie block after block. */
    private static float[] batchStatistics(float[] x, int channels, int size, int batch) {
        int blocks = Lanes.blocks(batch);
        int stride = BatchNormLanes.PARTIALS * channels + 2;
        Guarded partial = Guarded.output(3, blocks * stride);
        float[] sums = new float[BatchNormLanes.SUMS];
        for (int b = 0; b < blocks; b++) {
            int valid = Math.min(COUNT, batch - b * COUNT);
            BatchNormLanes.statistics(
                    partial.array(), 3 + b * stride, x, b * channels * size * COUNT, channels, size, valid, sums, 0);
        }
        Guarded out = Guarded.output(5, 2 * channels);
        BatchNormLanes.merge(out.array(), 5, partial.array(), 3, stride, channels, size, batch);
        return out.values();
    }

    /** Deviation 1 about {@code mean}, another sign in each channel. */
    private static float[] batchAbout(double mean, Random random, int channels, int size, int batch) {
        float[] x = new float[Lanes.blocks(batch) * channels * size * COUNT];
        for (int i = 0; i < x.length; i++) {
            int c = i / COUNT / size % channels;
            x[i] = (float) ((c % 2 == 0 ? mean : -mean) + random.nextGaussian());
        }
        return x;
    }

    private static double[] exactStatistics(float[] x, int channels, int size, int batch) {
        double[] out = new double[2 * channels];
        for (int c = 0; c < channels; c++) {
            double n = (double) size * batch;
            for (int pass = 0; pass < 2; pass++) {
                double sum = 0;
                for (int e = 0; e < batch; e++) {
                    for (int i = 0; i < size; i++) {
                        double value = x[((e / COUNT * channels + c) * size + i) * COUNT + e % COUNT];
                        sum += pass == 0 ? value : (value - out[c]) * (value - out[c]);
                    }
                }
                out[pass * channels + c] = sum / n;
            }
        }
        return out;
    }

    @ParameterizedTest(name = "mean / deviation {0}: variance within {1}")
    @CsvSource({"0, 1e-6", "1, 1e-6", "10, 1e-6", "100, 1e-6", "1000, 1e-6", "10000, 5e-6"})
    void statisticsKeepTheirDigitsWhenTheMeanIsFarFromZero(double mean, double tolerance) {
        Random random = new Random(5);
        int channels = 6;
        for (int size : new int[] {1, 4, 25, 196, 784}) {
            for (int batch : new int[] {2, 16, 33, 128, 256}) {
                float[] x = batchAbout(mean, random, channels, size, batch);
                float[] actual = batchStatistics(x, channels, size, batch);
                double[] expected = exactStatistics(x, channels, size, batch);
                for (int c = 0; c < channels; c++) {
                    // A rounding of the result, and the sums' own errors in units of the deviation.
                    assertThat(Math.abs(actual[c] - expected[c]))
                            .isLessThanOrEqualTo(Math.ulp((float) expected[c]) / 2 + 1e-7);
                    assertThat(relative(actual[channels + c], expected[channels + c]))
                            .as("size %d, batch %d", size, batch)
                            .isLessThanOrEqualTo(tolerance);
                }
            }
        }
    }

    @Test
    void wholeNumbersGiveExactStatistics() {
        int size = 9;
        int batch = 33;
        float[] x = new float[Lanes.blocks(batch) * 2 * size * COUNT];
        for (int i = 0; i < x.length; i++) {
            // In each example and channel 4 values of 5, 4 of 9 and one of 7: mean 7, variance 32 / 9.
            int k = i / COUNT % size;
            x[i] = k == 8 ? 7 : k % 2 == 0 ? 5 : 9;
        }

        assertThat(batchStatistics(x, 2, size, batch)).containsExactly(7f, 7f, 32f / 9, 32f / 9);
    }

    @Test
    void aConstantChannelBecomesExactlyItsShift() {
        int size = 49;
        int batch = 40;
        for (float value : new float[] {0f, 0.1f, -3.3f, 1234.567f, 1e6f}) {
            float[] x = new float[Lanes.blocks(batch) * size * COUNT];
            Arrays.fill(x, value);

            float[] stats = batchStatistics(x, 1, size, batch);

            assertThat(stats).containsExactly(value, 0f);
            float[] y = new float[size * COUNT];
            BatchNormLanes.normalize(
                    y, 0, x, 0, stats, 0, new float[] {1.5f}, 0, new float[] {0.3f}, 0, 1, size, EPSILON, false);
            assertThat(y).containsOnly(0.3f);
        }
    }

    @Test
    void nanStaysInItsChannel() {
        float[] x = Draws.gaussian(new Random(1), 3 * 4 * COUNT);
        x[5 * COUNT + 2] = Float.NaN;

        float[] stats = batchStatistics(x, 3, 4, 16);

        assertThat(new boolean[] {Float.isNaN(stats[0]), Float.isNaN(stats[1]), Float.isNaN(stats[2])})
                .containsExactly(false, true, false);
        assertThat(new boolean[] {Float.isNaN(stats[3]), Float.isNaN(stats[4]), Float.isNaN(stats[5])})
                .containsExactly(false, true, false);
    }

    /** Forward within 2e-6 of the scale, gradients within 2e-6 and 1e-6 of their norm, up to mean / deviation 10. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 1, 10})
    void normalizationAndItsGradientFollowTheFormulas(double mean) {
        Random random = new Random(6);
        int channels = 7;
        int size = 36;
        float[] x = batchAbout(mean, random, channels, size, COUNT);
        float[] dy = Draws.gaussian(random, x.length);
        float[] gamma = Draws.gaussian(random, channels);
        float[] beta = Draws.gaussian(random, channels);
        float[] stats = batchStatistics(x, channels, size, COUNT);
        double[] exact = exactStatistics(x, channels, size, COUNT);
        int n = size * COUNT;

        float[] y = new float[x.length];
        float[] ySigmoid = new float[x.length];
        BatchNormLanes.normalize(y, 0, x, 0, stats, 0, gamma, 0, beta, 0, channels, size, EPSILON, false);
        BatchNormLanes.normalize(ySigmoid, 0, x, 0, stats, 0, gamma, 0, beta, 0, channels, size, EPSILON, true);
        float[] sums = new float[2 * channels];
        BatchNormLanes.sums(sums, 0, dy, 0, x, 0, stats, 0, channels, size, EPSILON, new float[BatchNormLanes.SUMS], 0);
        float[] dx = new float[x.length];
        BatchNormLanes.inputGradient(dx, 0, dy, 0, x, 0, stats, 0, gamma, 0, sums, 0, channels, size, n, EPSILON);

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
