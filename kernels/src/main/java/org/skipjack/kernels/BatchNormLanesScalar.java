package org.skipjack.kernels;

import static org.skipjack.kernels.BatchNormLanes.inverseDeviation;
import static org.skipjack.kernels.Lanes.COUNT;

import java.util.Arrays;

/**
 * Scalar twin of {@link BatchNormLanesSimd}: the same interleaved chains, joined in the same order for each lane, so the
 * same bits.
 */
final class BatchNormLanesScalar {
    private BatchNormLanesScalar() {}

    static void statistics(
            float[] partial,
            int partialOff,
            float[] x,
            int xOff,
            int channels,
            int size,
            int valid,
            float[] sums,
            int sumsOff) {
        float n = (float) size * valid;
        for (int c = 0; c < channels; c++) {
            int at = xOff + c * size * COUNT;
            Arrays.fill(sums, sumsOff, sumsOff + 2 * COUNT, 0f);
            for (int l = 0; l < valid; l++) {
                sums[sumsOff + l] = sum(x, at + l, size);
            }
            float mean = LaneSums.of(sums, sumsOff) / n;
            for (int l = 0; l < valid; l++) {
                deviations(sums, sumsOff + l, x, at + l, size, mean);
            }
            float rest = LaneSums.of(sums, sumsOff + COUNT) / n;
            partial[partialOff + c] = mean;
            partial[partialOff + channels + c] = rest;
            partial[partialOff + 2 * channels + c] = squaresAboutMean(LaneSums.of(sums, sumsOff), rest, n);
        }
    }

    /** The sum of squares about the mean from that about a point {@code rest} below it; never negative, NaN stays NaN. */
    private static float squaresAboutMean(float squares, float rest, float n) {
        return Math.max(0f, squares - rest * rest * n);
    }

    /** One lane. */
    private static float sum(float[] x, int at, int size) {
        float a0 = 0f;
        float a1 = 0f;
        float a2 = 0f;
        float a3 = 0f;
        int i = 0;
        int p = at;
        for (; i + 4 <= size; i += 4) {
            a0 += x[p];
            a1 += x[p + COUNT];
            a2 += x[p + 2 * COUNT];
            a3 += x[p + 3 * COUNT];
            p += 4 * COUNT;
        }
        for (; i < size; i++) {
            a0 += x[p];
            p += COUNT;
        }
        return (a0 + a1) + (a2 + a3);
    }

    /** One lane: squared deviations to {@code l}, deviations to {@code l + 16}. */
    private static void deviations(float[] lanes, int l, float[] x, int at, int size, float mean) {
        float a0 = 0f;
        float a1 = 0f;
        float a2 = 0f;
        float a3 = 0f;
        float s0 = 0f;
        float s1 = 0f;
        float s2 = 0f;
        float s3 = 0f;
        int i = 0;
        int p = at;
        for (; i + 4 <= size; i += 4) {
            float d0 = x[p] - mean;
            float d1 = x[p + COUNT] - mean;
            float d2 = x[p + 2 * COUNT] - mean;
            float d3 = x[p + 3 * COUNT] - mean;
            a0 += d0;
            a1 += d1;
            a2 += d2;
            a3 += d3;
            s0 = Math.fma(d0, d0, s0);
            s1 = Math.fma(d1, d1, s1);
            s2 = Math.fma(d2, d2, s2);
            s3 = Math.fma(d3, d3, s3);
            p += 4 * COUNT;
        }
        for (; i < size; i++) {
            float d0 = x[p] - mean;
            a0 += d0;
            s0 = Math.fma(d0, d0, s0);
            p += COUNT;
        }
        lanes[l] = (s0 + s1) + (s2 + s3);
        lanes[l + COUNT] = (a0 + a1) + (a2 + a3);
    }

    static void normalize(
            float[] y,
            int yOff,
            float[] x,
            int xOff,
            float[] stats,
            int statsOff,
            float[] gamma,
            int gammaOff,
            float[] beta,
            int betaOff,
            int channels,
            int size,
            float epsilon,
            boolean sigmoid) {
        int length = size * COUNT;
        for (int c = 0; c < channels; c++) {
            float mean = stats[statsOff + c];
            float scale = gamma[gammaOff + c] * inverseDeviation(stats[statsOff + channels + c], epsilon);
            float shift = beta[betaOff + c];
            int to = yOff + c * length;
            int from = xOff + c * length;
            for (int i = 0; i < length; i++) {
                y[to + i] = Math.fma(x[from + i] - mean, scale, shift);
            }
            if (sigmoid) {
                ElementwiseLanesScalar.sigmoid(y, to, y, to, length);
            }
        }
    }

    static void sums(
            float[] partial,
            int partialOff,
            float[] dy,
            int dyOff,
            float[] x,
            int xOff,
            float[] stats,
            int statsOff,
            int channels,
            int size,
            int valid,
            float epsilon,
            float[] sums,
            int sumsOff) {
        Arrays.fill(sums, sumsOff, sumsOff + 2 * COUNT, 0f);
        for (int c = 0; c < channels; c++) {
            int at = c * size * COUNT;
            for (int l = 0; l < valid; l++) {
                sums(sums, sumsOff + l, dy, dyOff + at + l, x, xOff + at + l, size, stats[statsOff + c]);
            }
            partial[partialOff + c] = LaneSums.of(sums, sumsOff);
            partial[partialOff + channels + c] =
                    LaneSums.of(sums, sumsOff + COUNT) * inverseDeviation(stats[statsOff + channels + c], epsilon);
        }
    }

    /** One lane. */
    private static void sums(float[] lanes, int l, float[] dy, int dyAt, float[] x, int xAt, int size, float mean) {
        float a0 = 0f;
        float a1 = 0f;
        float b0 = 0f;
        float b1 = 0f;
        int i = 0;
        int p = dyAt;
        int q = xAt;
        for (; i + 2 <= size; i += 2) {
            a0 += dy[p];
            a1 += dy[p + COUNT];
            b0 = Math.fma(x[q] - mean, dy[p], b0);
            b1 = Math.fma(x[q + COUNT] - mean, dy[p + COUNT], b1);
            p += 2 * COUNT;
            q += 2 * COUNT;
        }
        if (i < size) {
            a0 += dy[p];
            b0 = Math.fma(x[q] - mean, dy[p], b0);
        }
        lanes[l] = a0 + a1;
        lanes[l + COUNT] = b0 + b1;
    }

    static void inputGradient(
            float[] dx,
            int dxOff,
            float[] dy,
            int dyOff,
            float[] x,
            int xOff,
            float[] stats,
            int statsOff,
            float[] gamma,
            int gammaOff,
            float[] sums,
            int sumsOff,
            int channels,
            int size,
            int count,
            float epsilon,
            int first,
            int last) {
        int length = size * COUNT;
        for (int c = first; c < last; c++) {
            float mean = stats[statsOff + c];
            float inverse = inverseDeviation(stats[statsOff + channels + c], epsilon);
            float a = gamma[gammaOff + c] * inverse;
            float b = -a * inverse * (sums[sumsOff + channels + c] / count);
            float d = -a * (sums[sumsOff + c] / count);
            int at = c * length;
            for (int i = at; i < at + length; i++) {
                dx[dxOff + i] = Math.fma(dy[dyOff + i], a, Math.fma(x[xOff + i] - mean, b, d));
            }
        }
    }
}
