package org.skipjack.kernels;

import static org.skipjack.kernels.BatchNormLanes.inverseDeviation;
import static org.skipjack.kernels.BatchNormLanes.squaresAboutMean;
import static org.skipjack.kernels.Lanes.COUNT;
import static org.skipjack.kernels.Species.F;

import jdk.incubator.vector.FloatVector;

/** SIMD twin of {@link BatchNormLanesScalar}. Sums run in 4 interleaved chains per lane, joined in a fixed order. */
final class BatchNormLanesSimd {
    /** 16 ones, then 16 zeros: read from {@code 16 - valid} it is the mask of a block with that many examples. */
    private static final float[] ONES_ZEROS = new float[2 * COUNT];

    static {
        java.util.Arrays.fill(ONES_ZEROS, 0, COUNT, 1f);
    }

    private BatchNormLanesSimd() {}

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
            for (int l = 0; l < COUNT; l += Species.LENGTH) {
                sum(sums, sumsOff + l, x, at + l, size, COUNT - valid + l);
            }
            float mean = LaneSums.of(sums, sumsOff) / n;
            for (int l = 0; l < COUNT; l += Species.LENGTH) {
                deviations(sums, sumsOff + l, x, at + l, size, mean, COUNT - valid + l);
            }
            float rest = LaneSums.of(sums, sumsOff + COUNT) / n;
            partial[partialOff + c] = mean;
            partial[partialOff + channels + c] = rest;
            partial[partialOff + 2 * channels + c] = squaresAboutMean(LaneSums.of(sums, sumsOff), rest, n);
        }
    }

    private static void sum(float[] lanes, int l, float[] x, int at, int size, int maskAt) {
        FloatVector a0 = FloatVector.zero(F), a1 = a0, a2 = a0, a3 = a0;
        int i = 0;
        int p = at;
        for (; i + 4 <= size; i += 4) {
            a0 = a0.add(FloatVector.fromArray(F, x, p));
            a1 = a1.add(FloatVector.fromArray(F, x, p + COUNT));
            a2 = a2.add(FloatVector.fromArray(F, x, p + 2 * COUNT));
            a3 = a3.add(FloatVector.fromArray(F, x, p + 3 * COUNT));
            p += 4 * COUNT;
        }
        for (; i < size; i++) {
            a0 = a0.add(FloatVector.fromArray(F, x, p));
            p += COUNT;
        }
        FloatVector total = a0.add(a1).add(a2.add(a3));
        var mask = FloatVector.fromArray(F, ONES_ZEROS, maskAt).lt(1f);
        total.blend(0f, mask).intoArray(lanes, l);
    }

    /** Squared deviations to {@code l}, deviations to {@code l + 16}. */
    private static void deviations(float[] lanes, int l, float[] x, int at, int size, float mean, int maskAt) {
        FloatVector a0 = FloatVector.zero(F), a1 = a0, a2 = a0, a3 = a0;
        FloatVector s0 = a0, s1 = a0, s2 = a0, s3 = a0;
        FloatVector m = FloatVector.broadcast(F, mean);
        int i = 0;
        int p = at;
        for (; i + 4 <= size; i += 4) {
            FloatVector d0 = FloatVector.fromArray(F, x, p).sub(m);
            FloatVector d1 = FloatVector.fromArray(F, x, p + COUNT).sub(m);
            FloatVector d2 = FloatVector.fromArray(F, x, p + 2 * COUNT).sub(m);
            FloatVector d3 = FloatVector.fromArray(F, x, p + 3 * COUNT).sub(m);
            a0 = a0.add(d0);
            a1 = a1.add(d1);
            a2 = a2.add(d2);
            a3 = a3.add(d3);
            s0 = d0.fma(d0, s0);
            s1 = d1.fma(d1, s1);
            s2 = d2.fma(d2, s2);
            s3 = d3.fma(d3, s3);
            p += 4 * COUNT;
        }
        for (; i < size; i++) {
            FloatVector d0 = FloatVector.fromArray(F, x, p).sub(m);
            a0 = a0.add(d0);
            s0 = d0.fma(d0, s0);
            p += COUNT;
        }
        var empty = FloatVector.fromArray(F, ONES_ZEROS, maskAt).lt(1f);
        s0.add(s1).add(s2.add(s3)).blend(0f, empty).intoArray(lanes, l);
        a0.add(a1).add(a2.add(a3)).blend(0f, empty).intoArray(lanes, l + COUNT);
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
        for (int c = 0; c < channels; c++) {
            float mean = stats[statsOff + c];
            float scale = gamma[gammaOff + c] * inverseDeviation(stats[statsOff + channels + c], epsilon);
            float shift = beta[betaOff + c];
            int at = c * size * COUNT;
            if (sigmoid) {
                normalizeSigmoid(y, yOff + at, x, xOff + at, size * COUNT, mean, scale, shift);
            } else {
                normalize(y, yOff + at, x, xOff + at, size * COUNT, mean, scale, shift);
            }
        }
    }

    private static void normalize(
            float[] y, int yOff, float[] x, int xOff, int length, float mean, float scale, float shift) {
        FloatVector b = FloatVector.broadcast(F, shift);
        for (int i = 0; i < length; i += Species.LENGTH) {
            FloatVector.fromArray(F, x, xOff + i)
                    .sub(mean)
                    .fma(FloatVector.broadcast(F, scale), b)
                    .intoArray(y, yOff + i);
        }
    }

    private static void normalizeSigmoid(
            float[] y, int yOff, float[] x, int xOff, int length, float mean, float scale, float shift) {
        FloatVector b = FloatVector.broadcast(F, shift);
        for (int i = 0; i < length; i += Species.LENGTH) {
            FloatVector v = FloatVector.fromArray(F, x, xOff + i).sub(mean).fma(FloatVector.broadcast(F, scale), b);
            VectorMath.sigmoid(v).intoArray(y, yOff + i);
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
            float epsilon,
            float[] sums,
            int sumsOff) {
        for (int c = 0; c < channels; c++) {
            int at = c * size * COUNT;
            for (int l = 0; l < COUNT; l += Species.LENGTH) {
                sums(sums, sumsOff + l, dy, dyOff + at + l, x, xOff + at + l, size, stats[statsOff + c]);
            }
            partial[partialOff + c] = LaneSums.of(sums, sumsOff);
            partial[partialOff + channels + c] =
                    LaneSums.of(sums, sumsOff + COUNT) * inverseDeviation(stats[statsOff + channels + c], epsilon);
        }
    }

    private static void sums(float[] lanes, int l, float[] dy, int dyAt, float[] x, int xAt, int size, float mean) {
        FloatVector a0 = FloatVector.zero(F), a1 = a0, b0 = a0, b1 = a0;
        FloatVector m = FloatVector.broadcast(F, mean);
        int i = 0;
        int p = dyAt;
        int q = xAt;
        for (; i + 2 <= size; i += 2) {
            FloatVector g0 = FloatVector.fromArray(F, dy, p);
            FloatVector g1 = FloatVector.fromArray(F, dy, p + COUNT);
            a0 = a0.add(g0);
            a1 = a1.add(g1);
            b0 = FloatVector.fromArray(F, x, q).sub(m).fma(g0, b0);
            b1 = FloatVector.fromArray(F, x, q + COUNT).sub(m).fma(g1, b1);
            p += 2 * COUNT;
            q += 2 * COUNT;
        }
        for (; i < size; i++) {
            FloatVector g0 = FloatVector.fromArray(F, dy, p);
            a0 = a0.add(g0);
            b0 = FloatVector.fromArray(F, x, q).sub(m).fma(g0, b0);
            p += COUNT;
            q += COUNT;
        }
        a0.add(a1).intoArray(lanes, l);
        b0.add(b1).intoArray(lanes, l + COUNT);
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
            float epsilon) {
        for (int c = 0; c < channels; c++) {
            float inverse = inverseDeviation(stats[statsOff + channels + c], epsilon);
            float a = gamma[gammaOff + c] * inverse;
            float b = -a * inverse * (sums[sumsOff + channels + c] / count);
            float d = -a * (sums[sumsOff + c] / count);
            int at = c * size * COUNT;
            inputGradient(dx, dxOff + at, dy, dyOff + at, x, xOff + at, size * COUNT, stats[statsOff + c], a, b, d);
        }
    }

    /** {@code a dy + b (x - mean) + d}. */
    private static void inputGradient(
            float[] dx,
            int dxOff,
            float[] dy,
            int dyOff,
            float[] x,
            int xOff,
            int length,
            float mean,
            float a,
            float b,
            float d) {
        FloatVector va = FloatVector.broadcast(F, a);
        FloatVector vb = FloatVector.broadcast(F, b);
        FloatVector vd = FloatVector.broadcast(F, d);
        for (int i = 0; i < length; i += Species.LENGTH) {
            FloatVector centred = FloatVector.fromArray(F, x, xOff + i).sub(mean);
            FloatVector.fromArray(F, dy, dyOff + i).fma(va, centred.fma(vb, vd)).intoArray(dx, dxOff + i);
        }
    }
}
