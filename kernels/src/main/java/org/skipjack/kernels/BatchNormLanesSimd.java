package org.skipjack.kernels;

import static org.skipjack.kernels.BatchNormLanes.inverseDeviation;
import static org.skipjack.kernels.Lanes.COUNT;
import static org.skipjack.kernels.Species.F;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/** SIMD twin of {@link BatchNormLanesScalar}. Sums run in 4 interleaved chains per lane, joined in a fixed order. */
final class BatchNormLanesSimd {
    /** 16 ones, then 16 zeros: read from {@code 16 - valid} it is the mask of a block with that many examples. */
    static final float[] ONES_ZEROS = new float[2 * COUNT];

    static {
        Arrays.fill(ONES_ZEROS, 0, COUNT, 1f);
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
        for (int first = 0; first < channels; first += COUNT) {
            int group = Math.min(COUNT, channels - first);
            int means = partialOff + first;
            for (int k = 0; k < group; k++) {
                int row = sumsOff + k * COUNT;
                int map = xOff + (first + k) * size * COUNT;
                for (int l = 0; l < COUNT; l += Species.LENGTH) {
                    sum(sums, row + l, x, map + l, size, COUNT - valid + l);
                }
                float mean = LaneSums.of(sums, row) / n;
                partial[means + k] = mean;
                for (int l = 0; l < COUNT; l += Species.LENGTH) {
                    deviations(sums, row + l, x, map + l, size, mean, COUNT - valid + l);
                }
            }
            joinDeviations(partial, means, channels, group, n, sums, sumsOff);
        }
    }

    /** Joins the lanes of up to 16 channels, the first of which has its mean at {@code at}. */
    static void joinDeviations(float[] partial, int at, int channels, int group, float n, float[] sums, int sumsOff) {
        int rests = sumsOff + COUNT * COUNT;
        joinLanes(sums, sumsOff, group);
        joinLanes(sums, rests, group);
        for (int l = 0; l < COUNT; l += Species.LENGTH) {
            FloatVector rest = FloatVector.fromArray(F, sums, rests + l).div(n);
            FloatVector squares = FloatVector.fromArray(F, sums, sumsOff + l);
            rest.intoArray(sums, rests + l);
            squares.sub(rest.mul(rest).mul(n)).max(0f).intoArray(sums, sumsOff + l);
        }
        System.arraycopy(sums, rests, partial, at + channels, group);
        System.arraycopy(sums, sumsOff, partial, at + 2 * channels, group);
    }

    /** A sum for each of up to 16 rows, to the start of the first; all 16 are added where that takes no longer than 2. */
    static void joinLanes(float[] sums, int at, int group) {
        LaneSums.rows(sums, at, sums, at, Species.LENGTH == COUNT ? COUNT : group);
    }

    private static void sum(float[] lanes, int l, float[] x, int at, int size, int maskAt) {
        FloatVector a0 = FloatVector.zero(F), a1 = a0, a2 = a0, a3 = a0;
        int i = 0;
        for (; i + 4 <= size; i += 4) {
            int p = at + i * COUNT;
            a0 = a0.add(FloatVector.fromArray(F, x, p));
            a1 = a1.add(FloatVector.fromArray(F, x, p + COUNT));
            a2 = a2.add(FloatVector.fromArray(F, x, p + 2 * COUNT));
            a3 = a3.add(FloatVector.fromArray(F, x, p + 3 * COUNT));
        }
        for (; i < size; i++) {
            a0 = a0.add(FloatVector.fromArray(F, x, at + i * COUNT));
        }
        FloatVector total = a0.add(a1).add(a2.add(a3));
        var mask = FloatVector.fromArray(F, ONES_ZEROS, maskAt).lt(1f);
        total.blend(0f, mask).intoArray(lanes, l);
    }

    /** Squared deviations to {@code l}, deviations 16 rows further on. */
    private static void deviations(float[] lanes, int l, float[] x, int at, int size, float mean, int maskAt) {
        FloatVector a0 = FloatVector.zero(F), a1 = a0, a2 = a0, a3 = a0;
        FloatVector s0 = a0, s1 = a0, s2 = a0, s3 = a0;
        FloatVector m = FloatVector.broadcast(F, mean);
        int i = 0;
        for (; i + 4 <= size; i += 4) {
            int p = at + i * COUNT;
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
        }
        for (; i < size; i++) {
            FloatVector d0 = FloatVector.fromArray(F, x, at + i * COUNT).sub(m);
            a0 = a0.add(d0);
            s0 = d0.fma(d0, s0);
        }
        var empty = FloatVector.fromArray(F, ONES_ZEROS, maskAt).lt(1f);
        s0.add(s1).add(s2.add(s3)).blend(0f, empty).intoArray(lanes, l);
        a0.add(a1).add(a2.add(a3)).blend(0f, empty).intoArray(lanes, l + COUNT * COUNT);
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
                    sums(sums, row, dy, dyOff + at + l, x, xOff + at + l, size, mean, COUNT - valid + l);
                }
            }
            joinSums(partial, partialOff + first, stats, statsOff + first, channels, group, epsilon, sums, sumsOff);
        }
    }

    /** Joins the lanes of up to 16 channels, the first of which has its {@code Σ dy} at {@code at}. */
    static void joinSums(
            float[] partial,
            int at,
            float[] stats,
            int statsAt,
            int channels,
            int group,
            float epsilon,
            float[] sums,
            int sumsOff) {
        int products = sumsOff + COUNT * COUNT;
        joinLanes(sums, sumsOff, group);
        joinLanes(sums, products, group);
        System.arraycopy(sums, sumsOff, partial, at, group);
        for (int k = 0; k < group; k++) {
            partial[at + channels + k] = sums[products + k] * inverseDeviation(stats[statsAt + channels + k], epsilon);
        }
    }

    /** {@code Σ dy} to {@code l}, {@code Σ dy (x - mean)} 16 rows further on. */
    private static void sums(
            float[] lanes, int l, float[] dy, int dyAt, float[] x, int xAt, int size, float mean, int maskAt) {
        FloatVector a0 = FloatVector.zero(F), a1 = a0, b0 = a0, b1 = a0;
        FloatVector m = FloatVector.broadcast(F, mean);
        int i = 0;
        for (; i + 2 <= size; i += 2) {
            int p = i * COUNT;
            FloatVector g0 = FloatVector.fromArray(F, dy, dyAt + p);
            FloatVector g1 = FloatVector.fromArray(F, dy, dyAt + p + COUNT);
            a0 = a0.add(g0);
            a1 = a1.add(g1);
            b0 = FloatVector.fromArray(F, x, xAt + p).sub(m).fma(g0, b0);
            b1 = FloatVector.fromArray(F, x, xAt + p + COUNT).sub(m).fma(g1, b1);
        }
        if (i < size) {
            int p = i * COUNT;
            FloatVector g0 = FloatVector.fromArray(F, dy, dyAt + p);
            a0 = a0.add(g0);
            b0 = FloatVector.fromArray(F, x, xAt + p).sub(m).fma(g0, b0);
        }
        var empty = FloatVector.fromArray(F, ONES_ZEROS, maskAt).lt(1f);
        a0.add(a1).blend(0f, empty).intoArray(lanes, l);
        b0.add(b1).blend(0f, empty).intoArray(lanes, l + COUNT * COUNT);
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
        for (int c = first; c < last; c++) {
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
