package org.skipjack.kernels;

import static org.skipjack.kernels.BatchNormLanes.inverseDeviation;
import static org.skipjack.kernels.Lanes.COUNT;

import java.util.Arrays;

/**
 * Scalar twin of {@link BatchNormSigmoidLanesSimd}: even and odd positions of a map in chains of their own, so the same bits.
 * The upstream lies behind an average pool of {@code window x window}; 1 where there is none.
 */
final class BatchNormSigmoidLanesScalar {
    private BatchNormSigmoidLanesScalar() {}

    static void sums(
            float[] partial,
            int partialOff,
            float[] up,
            int upOff,
            float[] y,
            int yOff,
            float[] x,
            int xOff,
            float[] stats,
            int statsOff,
            int channels,
            int height,
            int width,
            int window,
            int valid,
            float epsilon,
            float[] sums,
            int sumsOff) {
        Arrays.fill(sums, sumsOff, sumsOff + 2 * COUNT, 0f);
        int map = height * width * COUNT;
        for (int c = 0; c < channels; c++) {
            int upAt = upOff + c * (map / (window * window));
            int yAt = yOff + c * map;
            int xAt = xOff + c * map;
            float mean = stats[statsOff + c];
            for (int l = 0; l < valid; l++) {
                sums(sums, sumsOff + l, up, upAt + l, y, yAt + l, x, xAt + l, height, width, window, mean);
            }
            partial[partialOff + c] = LaneSums.of(sums, sumsOff);
            partial[partialOff + channels + c] =
                    LaneSums.of(sums, sumsOff + COUNT) * inverseDeviation(stats[statsOff + channels + c], epsilon);
        }
    }

    /** One lane. */
    private static void sums(
            float[] lanes,
            int l,
            float[] up,
            int upAt,
            float[] y,
            int yAt,
            float[] x,
            int xAt,
            int height,
            int width,
            int window,
            float mean) {
        float a0 = 0f;
        float a1 = 0f;
        float b0 = 0f;
        float b1 = 0f;
        for (int i = 0; i < height * width; i++) {
            float g = through(up, upAt, y, yAt, i, width, window);
            float centred = x[xAt + i * COUNT] - mean;
            if (i % 2 == 0) {
                a0 += g;
                b0 = Math.fma(centred, g, b0);
            } else {
                a1 += g;
                b1 = Math.fma(centred, g, b1);
            }
        }
        lanes[l] = a0 + a1;
        lanes[l + COUNT] = b0 + b1;
    }

    /** The gradient before the sigmoid, at position {@code i} of a map. */
    private static float through(float[] up, int upAt, float[] y, int yAt, int i, int width, int window) {
        int pooled = i / width / window * (width / window) + i % width / window;
        float share = up[upAt + pooled * COUNT] * (1f / (window * window));
        float v = y[yAt + i * COUNT];
        return share * v * (1f - v);
    }

    static void inputGradient(
            float[] dx,
            int dxOff,
            float[] up,
            int upOff,
            float[] y,
            int yOff,
            float[] x,
            int xOff,
            float[] stats,
            int statsOff,
            float[] gamma,
            int gammaOff,
            float[] sums,
            int sumsOff,
            int channels,
            int height,
            int width,
            int window,
            int count,
            float epsilon) {
        int size = height * width;
        for (int c = 0; c < channels; c++) {
            float mean = stats[statsOff + c];
            float inverse = inverseDeviation(stats[statsOff + channels + c], epsilon);
            float a = gamma[gammaOff + c] * inverse;
            float b = -a * inverse * (sums[sumsOff + channels + c] / count);
            float d = -a * (sums[sumsOff + c] / count);
            int upAt = upOff + c * (size / (window * window)) * COUNT;
            int at = c * size * COUNT;
            for (int i = 0; i < size; i++) {
                for (int l = 0; l < COUNT; l++) {
                    float g = through(up, upAt + l, y, yOff + at + l, i, width, window);
                    int k = at + i * COUNT + l;
                    dx[dxOff + k] = Math.fma(g, a, Math.fma(x[xOff + k] - mean, b, d));
                }
            }
        }
    }
}
