package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;
import static org.skipjack.kernels.Species.F;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link PoolLanesSimd} for windows of 2x2 that lie side by side and fill the map, with the same bits: a pair of input rows
 * for a row of output, and gradients that are written once. 4 to 6 times faster on maps of 24x24.
 */
final class PoolLanesHalvesSimd {
    private static final float QUARTER = 0.25f;

    private PoolLanesHalvesSimd() {}

    static void average(float[] y, int yOff, float[] x, int xOff, PoolGeometry g) {
        int row = g.width() * COUNT;
        int half = row / 2;
        FloatVector zero = FloatVector.zero(F);
        for (int r = 0; r < g.channels() * g.outH(); r++) {
            int top = xOff + 2 * r * row;
            int bottom = top + row;
            int to = yOff + r * half;
            for (int l = 0; l < COUNT; l += Species.LENGTH) {
                for (int j = l; j < half; j += COUNT) {
                    int i = 2 * j - l;
                    zero.add(FloatVector.fromArray(F, x, top + i))
                            .add(FloatVector.fromArray(F, x, top + i + COUNT))
                            .add(FloatVector.fromArray(F, x, bottom + i))
                            .add(FloatVector.fromArray(F, x, bottom + i + COUNT))
                            .mul(QUARTER)
                            .intoArray(y, to + j);
                }
            }
        }
    }

    static void averageGradient(float[] dx, int dxOff, float[] dy, int dyOff, PoolGeometry g) {
        int row = g.width() * COUNT;
        int half = row / 2;
        FloatVector zero = FloatVector.zero(F);
        for (int r = 0; r < g.channels() * g.outH(); r++) {
            int top = dxOff + 2 * r * row;
            int bottom = top + row;
            int from = dyOff + r * half;
            for (int l = 0; l < COUNT; l += Species.LENGTH) {
                for (int j = l; j < half; j += COUNT) {
                    int i = 2 * j - l;
                    FloatVector share =
                            zero.add(FloatVector.fromArray(F, dy, from + j).mul(QUARTER));
                    share.intoArray(dx, top + i);
                    share.intoArray(dx, top + i + COUNT);
                    share.intoArray(dx, bottom + i);
                    share.intoArray(dx, bottom + i + COUNT);
                }
            }
        }
    }

    static void extreme(float[] y, int yOff, float[] x, int xOff, Slice scale, PoolGeometry g) {
        int row = g.width() * COUNT;
        int half = row / 2;
        for (int r = 0; r < g.channels() * g.outH(); r++) {
            int top = xOff + 2 * r * row;
            int bottom = top + row;
            int to = yOff + r * half;
            float sign = PoolLanes.sign(scale, r / g.outH());
            for (int l = 0; l < COUNT; l += Species.LENGTH) {
                for (int j = l; j < half; j += COUNT) {
                    int i = 2 * j - l;
                    FloatVector.fromArray(F, x, top + i)
                            .mul(sign)
                            .max(FloatVector.fromArray(F, x, top + i + COUNT).mul(sign))
                            .max(FloatVector.fromArray(F, x, bottom + i).mul(sign))
                            .max(FloatVector.fromArray(F, x, bottom + i + COUNT).mul(sign))
                            .mul(sign)
                            .intoArray(y, to + j);
                }
            }
        }
    }

    static void extremeGradient(
            float[] dx,
            int dxOff,
            float[] dy,
            int dyOff,
            float[] x,
            int xOff,
            Slice scale,
            PoolGeometry g,
            int first,
            int last) {
        int row = g.width() * COUNT;
        int half = row / 2;
        FloatVector zero = FloatVector.zero(F);
        for (int r = first * g.outH(); r < last * g.outH(); r++) {
            int map = 2 * r * row;
            int from = dyOff + r * half;
            float sign = PoolLanes.sign(scale, r / g.outH());
            for (int l = 0; l < COUNT; l += Species.LENGTH) {
                for (int j = l; j < half; j += COUNT) {
                    int i = map + 2 * j - l;
                    FloatVector x0 = FloatVector.fromArray(F, x, xOff + i).mul(sign);
                    FloatVector x1 =
                            FloatVector.fromArray(F, x, xOff + i + COUNT).mul(sign);
                    FloatVector x2 = FloatVector.fromArray(F, x, xOff + i + row).mul(sign);
                    FloatVector x3 =
                            FloatVector.fromArray(F, x, xOff + i + row + COUNT).mul(sign);
                    FloatVector best = x0.max(x1).max(x2).max(x3);
                    // What is still to be given away: all of it, then nothing.
                    FloatVector left = FloatVector.fromArray(F, dy, from + j);
                    var wins = x0.compare(VectorOperators.EQ, best);
                    zero.add(zero.blend(left, wins)).intoArray(dx, dxOff + i);
                    left = left.blend(0f, wins);
                    wins = x1.compare(VectorOperators.EQ, best);
                    zero.add(zero.blend(left, wins)).intoArray(dx, dxOff + i + COUNT);
                    left = left.blend(0f, wins);
                    wins = x2.compare(VectorOperators.EQ, best);
                    zero.add(zero.blend(left, wins)).intoArray(dx, dxOff + i + row);
                    left = left.blend(0f, wins);
                    wins = x3.compare(VectorOperators.EQ, best);
                    zero.add(zero.blend(left, wins)).intoArray(dx, dxOff + i + row + COUNT);
                }
            }
        }
    }
}
