package org.skipjack.kernels;

import static org.skipjack.kernels.BatchNormLanes.inverseDeviation;
import static org.skipjack.kernels.BatchNormLanesSimd.ONES_ZEROS;
import static org.skipjack.kernels.Lanes.COUNT;
import static org.skipjack.kernels.Species.F;

import jdk.incubator.vector.FloatVector;

/**
 * SIMD twin of {@link BatchNormSigmoidLanesScalar}. Maps are read row by row, so that the additions come in the order of
 * {@link BatchNormLanesSimd} also where the upstream is pooled.
 */
final class BatchNormSigmoidLanesSimd {
    private BatchNormSigmoidLanesSimd() {}

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
            int size,
            int valid,
            float epsilon,
            float[] sums,
            int sumsOff) {
        for (int first = 0; first < channels; first += COUNT) {
            int group = Math.min(COUNT, channels - first);
            for (int k = 0; k < group; k++) {
                int at = (first + k) * size * COUNT;
                float mean = stats[statsOff + first + k];
                for (int l = 0; l < COUNT; l += Species.LENGTH) {
                    int row = sumsOff + k * COUNT + l;
                    int i = at + l;
                    sums(sums, row, up, upOff + i, y, yOff + i, x, xOff + i, size, mean, COUNT - valid + l);
                }
            }
            BatchNormLanesSimd.joinSums(
                    partial, partialOff + first, stats, statsOff + first, channels, group, epsilon, sums, sumsOff);
        }
    }

    /** {@code Σ g} to {@code l}, {@code Σ g (x - mean)} 16 rows further on. */
    private static void sums(
            float[] lanes,
            int l,
            float[] up,
            int upAt,
            float[] y,
            int yAt,
            float[] x,
            int xAt,
            int size,
            float mean,
            int maskAt) {
        FloatVector a0 = FloatVector.zero(F), a1 = a0, b0 = a0, b1 = a0;
        FloatVector m = FloatVector.broadcast(F, mean);
        FloatVector one = FloatVector.broadcast(F, 1f);
        int i = 0;
        for (; i + 2 <= size; i += 2) {
            int p = i * COUNT;
            FloatVector y0 = FloatVector.fromArray(F, y, yAt + p);
            FloatVector y1 = FloatVector.fromArray(F, y, yAt + p + COUNT);
            FloatVector g0 = FloatVector.fromArray(F, up, upAt + p).mul(y0).mul(one.sub(y0));
            FloatVector g1 =
                    FloatVector.fromArray(F, up, upAt + p + COUNT).mul(y1).mul(one.sub(y1));
            a0 = a0.add(g0);
            a1 = a1.add(g1);
            b0 = FloatVector.fromArray(F, x, xAt + p).sub(m).fma(g0, b0);
            b1 = FloatVector.fromArray(F, x, xAt + p + COUNT).sub(m).fma(g1, b1);
        }
        if (i < size) {
            int p = i * COUNT;
            FloatVector y0 = FloatVector.fromArray(F, y, yAt + p);
            FloatVector g0 = FloatVector.fromArray(F, up, upAt + p).mul(y0).mul(one.sub(y0));
            a0 = a0.add(g0);
            b0 = FloatVector.fromArray(F, x, xAt + p).sub(m).fma(g0, b0);
        }
        var empty = FloatVector.fromArray(F, ONES_ZEROS, maskAt).lt(1f);
        a0.add(a1).blend(0f, empty).intoArray(lanes, l);
        b0.add(b1).blend(0f, empty).intoArray(lanes, l + COUNT * COUNT);
    }

    static void pooledSums(
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
            int valid,
            float epsilon,
            float[] sums,
            int sumsOff) {
        int map = height * width * COUNT;
        for (int first = 0; first < channels; first += COUNT) {
            int group = Math.min(COUNT, channels - first);
            for (int k = 0; k < group; k++) {
                int c = first + k;
                float mean = stats[statsOff + c];
                for (int l = 0; l < COUNT; l += Species.LENGTH) {
                    pooledSums(
                            sums,
                            sumsOff + k * COUNT + l,
                            up,
                            upOff + c * (map / 4) + l,
                            y,
                            yOff + c * map + l,
                            x,
                            xOff + c * map + l,
                            height,
                            width / 2 * COUNT,
                            mean,
                            COUNT - valid + l);
                }
            }
            BatchNormLanesSimd.joinSums(
                    partial, partialOff + first, stats, statsOff + first, channels, group, epsilon, sums, sumsOff);
        }
    }

    /** The sums of a map; {@code half} is the length of a pooled row. */
    private static void pooledSums(
            float[] lanes,
            int l,
            float[] up,
            int upAt,
            float[] y,
            int yAt,
            float[] x,
            int xAt,
            int height,
            int half,
            float mean,
            int maskAt) {
        FloatVector a0 = FloatVector.zero(F), a1 = a0, b0 = a0, b1 = a0;
        FloatVector m = FloatVector.broadcast(F, mean);
        FloatVector one = FloatVector.broadcast(F, 1f);
        int p = yAt;
        int q = xAt;
        for (int iy = 0; iy < height; iy++) {
            int pooled = upAt + iy / 2 * half;
            for (int j = 0; j < half; j += COUNT) {
                FloatVector u = FloatVector.fromArray(F, up, pooled + j).mul(0.25f);
                FloatVector y0 = FloatVector.fromArray(F, y, p + 2 * j);
                FloatVector y1 = FloatVector.fromArray(F, y, p + 2 * j + COUNT);
                FloatVector g0 = u.mul(y0).mul(one.sub(y0));
                FloatVector g1 = u.mul(y1).mul(one.sub(y1));
                a0 = a0.add(g0);
                a1 = a1.add(g1);
                b0 = FloatVector.fromArray(F, x, q + 2 * j).sub(m).fma(g0, b0);
                b1 = FloatVector.fromArray(F, x, q + 2 * j + COUNT).sub(m).fma(g1, b1);
            }
            p += 2 * half;
            q += 2 * half;
        }
        var empty = FloatVector.fromArray(F, ONES_ZEROS, maskAt).lt(1f);
        a0.add(a1).blend(0f, empty).intoArray(lanes, l);
        b0.add(b1).blend(0f, empty).intoArray(lanes, l + COUNT * COUNT);
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
            int size,
            int count,
            float epsilon) {
        for (int c = 0; c < channels; c++) {
            float inverse = inverseDeviation(stats[statsOff + channels + c], epsilon);
            float a = gamma[gammaOff + c] * inverse;
            float b = -a * inverse * (sums[sumsOff + channels + c] / count);
            float d = -a * (sums[sumsOff + c] / count);
            int at = c * size * COUNT;
            float mean = stats[statsOff + c];
            inputGradient(dx, dxOff + at, up, upOff + at, y, yOff + at, x, xOff + at, size * COUNT, mean, a, b, d);
        }
    }

    /** {@code a g + b (x - mean) + d}. */
    private static void inputGradient(
            float[] dx,
            int dxAt,
            float[] up,
            int upAt,
            float[] y,
            int yAt,
            float[] x,
            int xAt,
            int length,
            float mean,
            float a,
            float b,
            float d) {
        FloatVector va = FloatVector.broadcast(F, a);
        FloatVector vb = FloatVector.broadcast(F, b);
        FloatVector vd = FloatVector.broadcast(F, d);
        FloatVector one = FloatVector.broadcast(F, 1f);
        for (int i = 0; i < length; i += Species.LENGTH) {
            FloatVector v = FloatVector.fromArray(F, y, yAt + i);
            FloatVector g = FloatVector.fromArray(F, up, upAt + i).mul(v).mul(one.sub(v));
            FloatVector centred = FloatVector.fromArray(F, x, xAt + i).sub(mean);
            g.fma(va, centred.fma(vb, vd)).intoArray(dx, dxAt + i);
        }
    }

    static void pooledInputGradient(
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
            int count,
            float epsilon) {
        int map = height * width * COUNT;
        for (int c = 0; c < channels; c++) {
            float inverse = inverseDeviation(stats[statsOff + channels + c], epsilon);
            float a = gamma[gammaOff + c] * inverse;
            float b = -a * inverse * (sums[sumsOff + channels + c] / count);
            float d = -a * (sums[sumsOff + c] / count);
            for (int l = 0; l < COUNT; l += Species.LENGTH) {
                int at = c * map + l;
                pooledInputGradient(
                        dx,
                        dxOff + at,
                        up,
                        upOff + c * (map / 4) + l,
                        y,
                        yOff + at,
                        x,
                        xOff + at,
                        height,
                        width / 2 * COUNT,
                        stats[statsOff + c],
                        a,
                        b,
                        d);
            }
        }
    }

    private static void pooledInputGradient(
            float[] dx,
            int dxAt,
            float[] up,
            int upAt,
            float[] y,
            int yAt,
            float[] x,
            int xAt,
            int height,
            int half,
            float mean,
            float a,
            float b,
            float d) {
        FloatVector va = FloatVector.broadcast(F, a);
        FloatVector vb = FloatVector.broadcast(F, b);
        FloatVector vd = FloatVector.broadcast(F, d);
        FloatVector one = FloatVector.broadcast(F, 1f);
        int row = 0;
        for (int iy = 0; iy < height; iy++) {
            int pooled = upAt + iy / 2 * half;
            for (int j = 0; j < half; j += COUNT) {
                int i = row + 2 * j;
                FloatVector u = FloatVector.fromArray(F, up, pooled + j).mul(0.25f);
                FloatVector y0 = FloatVector.fromArray(F, y, yAt + i);
                FloatVector y1 = FloatVector.fromArray(F, y, yAt + i + COUNT);
                FloatVector c0 = FloatVector.fromArray(F, x, xAt + i).sub(mean);
                FloatVector c1 = FloatVector.fromArray(F, x, xAt + i + COUNT).sub(mean);
                u.mul(y0).mul(one.sub(y0)).fma(va, c0.fma(vb, vd)).intoArray(dx, dxAt + i);
                u.mul(y1).mul(one.sub(y1)).fma(va, c1.fma(vb, vd)).intoArray(dx, dxAt + i + COUNT);
            }
            row += 2 * half;
        }
    }
}
