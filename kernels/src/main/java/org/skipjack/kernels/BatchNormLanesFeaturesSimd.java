package org.skipjack.kernels;

import static org.skipjack.kernels.BatchNormLanesSimd.ONES_ZEROS;
import static org.skipjack.kernels.Lanes.COUNT;
import static org.skipjack.kernels.Species.F;

import jdk.incubator.vector.FloatVector;

/**
 * Sums of {@link BatchNormLanesSimd} for features, channels of one value each, with the same bits. Here it is the joining of
 * lanes that costs, so 16 channels are joined at once; and loops that end at once stay out of the profiles of those over maps,
 * which C2 would compile to code slower by a third.
 */
final class BatchNormLanesFeaturesSimd {
    private BatchNormLanesFeaturesSimd() {}

    static void statistics(
            float[] partial, int partialOff, float[] x, int xOff, int channels, int valid, float[] sums, int sumsOff) {
        for (int first = 0; first < channels; first += COUNT) {
            int group = Math.min(COUNT, channels - first);
            int means = partialOff + first;
            int at = xOff + first * COUNT;
            examples(sums, sumsOff, x, at, group, valid);
            BatchNormLanesSimd.joinLanes(sums, sumsOff, group);
            for (int l = 0; l < COUNT; l += Species.LENGTH) {
                FloatVector.fromArray(F, sums, sumsOff + l).div(valid).intoArray(sums, sumsOff + l);
            }
            System.arraycopy(sums, sumsOff, partial, means, group);
            deviations(sums, sumsOff, x, at, partial, means, group, valid);
            BatchNormLanesSimd.joinDeviations(partial, means, channels, group, valid, sums, sumsOff);
        }
    }

    private static void examples(float[] out, int outAt, float[] x, int xAt, int group, int valid) {
        FloatVector zero = FloatVector.zero(F);
        for (int l = 0; l < COUNT; l += Species.LENGTH) {
            var empty = FloatVector.fromArray(F, ONES_ZEROS, COUNT - valid + l).lt(1f);
            for (int i = l; i < group * COUNT; i += COUNT) {
                zero.add(FloatVector.fromArray(F, x, xAt + i)).blend(0f, empty).intoArray(out, outAt + i);
            }
        }
    }

    /** Squared deviations to {@code sumsOff}, deviations 16 rows further on. */
    private static void deviations(
            float[] sums, int sumsOff, float[] x, int xAt, float[] partial, int means, int group, int valid) {
        FloatVector zero = FloatVector.zero(F);
        for (int l = 0; l < COUNT; l += Species.LENGTH) {
            var empty = FloatVector.fromArray(F, ONES_ZEROS, COUNT - valid + l).lt(1f);
            for (int k = 0; k < group; k++) {
                int i = k * COUNT + l;
                FloatVector d = FloatVector.fromArray(F, x, xAt + i).sub(partial[means + k]);
                d.mul(d).blend(0f, empty).intoArray(sums, sumsOff + i);
                zero.add(d).blend(0f, empty).intoArray(sums, sumsOff + i + COUNT * COUNT);
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
            int valid,
            float epsilon,
            float[] sums,
            int sumsOff) {
        for (int first = 0; first < channels; first += COUNT) {
            int group = Math.min(COUNT, channels - first);
            int at = first * COUNT;
            products(sums, sumsOff, dy, dyOff + at, x, xOff + at, stats, statsOff + first, group, valid);
            BatchNormLanesSimd.joinSums(
                    partial, partialOff + first, stats, statsOff + first, channels, group, epsilon, sums, sumsOff);
        }
    }

    /** {@code dy} to {@code sumsOff}, {@code dy (x - mean)} 16 rows further on. {@code dy} may lie there already. */
    private static void products(
            float[] sums,
            int sumsOff,
            float[] dy,
            int dyAt,
            float[] x,
            int xAt,
            float[] stats,
            int statsAt,
            int group,
            int valid) {
        FloatVector zero = FloatVector.zero(F);
        for (int l = 0; l < COUNT; l += Species.LENGTH) {
            var empty = FloatVector.fromArray(F, ONES_ZEROS, COUNT - valid + l).lt(1f);
            for (int k = 0; k < group; k++) {
                int i = k * COUNT + l;
                FloatVector g = FloatVector.fromArray(F, dy, dyAt + i);
                FloatVector centred = FloatVector.fromArray(F, x, xAt + i).sub(stats[statsAt + k]);
                zero.add(g).blend(0f, empty).intoArray(sums, sumsOff + i);
                centred.fma(g, zero).blend(0f, empty).intoArray(sums, sumsOff + i + COUNT * COUNT);
            }
        }
    }

    /** {@link #sums} of {@code up y (1 - y)}. */
    static void sigmoidSums(
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
            int valid,
            float epsilon,
            float[] sums,
            int sumsOff) {
        for (int first = 0; first < channels; first += COUNT) {
            int group = Math.min(COUNT, channels - first);
            int at = first * COUNT;
            ElementwiseLanesSimd.sigmoidGradient(sums, sumsOff, y, yOff + at, up, upOff + at, group * COUNT);
            products(sums, sumsOff, sums, sumsOff, x, xOff + at, stats, statsOff + first, group, valid);
            BatchNormLanesSimd.joinSums(
                    partial, partialOff + first, stats, statsOff + first, channels, group, epsilon, sums, sumsOff);
        }
    }
}
