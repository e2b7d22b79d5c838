package org.skipjack.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skipjack.kernels.Closeness.relative;
import static org.skipjack.kernels.Lanes.COUNT;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Means and variances of whole batches, through blocks of 16 and their merger. */
class BatchNormStatisticsTest {
    private static final float EPSILON = 1e-5f;

    /** Means and biased variances of a batch whose values lie block after block. */
    static float[] batchStatistics(float[] x, int channels, int size, int batch) {
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
    static float[] batchAbout(double mean, Random random, int channels, int size, int batch) {
        float[] x = new float[Lanes.blocks(batch) * channels * size * COUNT];
        for (int i = 0; i < x.length; i++) {
            int c = i / COUNT / size % channels;
            x[i] = (float) ((c % 2 == 0 ? mean : -mean) + random.nextGaussian());
        }
        return x;
    }

    static double[] exactStatistics(float[] x, int channels, int size, int batch) {
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
}
