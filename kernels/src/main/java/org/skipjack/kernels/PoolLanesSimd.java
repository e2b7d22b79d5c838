package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;
import static org.skipjack.kernels.Species.F;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** SIMD twin of {@link PoolLanesScalar}. */
final class PoolLanesSimd {
    private PoolLanesSimd() {}

    static void average(float[] y, int yOff, float[] x, int xOff, PoolGeometry g, boolean countPadding) {
        int plane = g.height() * g.width() * COUNT;
        int at = yOff;
        for (int c = 0; c < g.channels(); c++) {
            for (int oy = 0; oy < g.outH(); oy++) {
                for (int ox = 0; ox < g.outW(); ox++) {
                    window(
                            y,
                            at,
                            x,
                            xOff + c * plane + (g.top(oy) * g.width() + g.left(ox)) * COUNT,
                            g.bottom(oy) - g.top(oy),
                            g.right(ox) - g.left(ox),
                            g.width() * COUNT,
                            1f / g.area(oy, ox, countPadding));
                    at += COUNT;
                }
            }
        }
    }

    private static void window(float[] y, int at, float[] x, int from, int rows, int columns, int row, float scale) {
        for (int l = 0; l < COUNT; l += Species.LENGTH) {
            FloatVector sum = FloatVector.zero(F);
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < columns; j++) {
                    sum = sum.add(FloatVector.fromArray(F, x, from + i * row + j * COUNT + l));
                }
            }
            sum.mul(scale).intoArray(y, at + l);
        }
    }

    static void averageGradient(float[] dx, int dxOff, float[] dy, int dyOff, PoolGeometry g, boolean countPadding) {
        int plane = g.height() * g.width() * COUNT;
        Arrays.fill(dx, dxOff, dxOff + g.channels() * plane, 0f);
        int at = dyOff;
        for (int c = 0; c < g.channels(); c++) {
            for (int oy = 0; oy < g.outH(); oy++) {
                for (int ox = 0; ox < g.outW(); ox++) {
                    spread(
                            dx,
                            dxOff + c * plane + (g.top(oy) * g.width() + g.left(ox)) * COUNT,
                            dy,
                            at,
                            g.bottom(oy) - g.top(oy),
                            g.right(ox) - g.left(ox),
                            g.width() * COUNT,
                            1f / g.area(oy, ox, countPadding));
                    at += COUNT;
                }
            }
        }
    }

    private static void spread(float[] dx, int to, float[] dy, int at, int rows, int columns, int row, float scale) {
        for (int l = 0; l < COUNT; l += Species.LENGTH) {
            FloatVector share = FloatVector.fromArray(F, dy, at + l).mul(scale);
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < columns; j++) {
                    int p = to + i * row + j * COUNT + l;
                    FloatVector.fromArray(F, dx, p).add(share).intoArray(dx, p);
                }
            }
        }
    }

    static void maximum(float[] y, int yOff, float[] x, int xOff, PoolGeometry g) {
        int plane = g.height() * g.width() * COUNT;
        int at = yOff;
        for (int c = 0; c < g.channels(); c++) {
            for (int oy = 0; oy < g.outH(); oy++) {
                for (int ox = 0; ox < g.outW(); ox++) {
                    largest(
                            y,
                            at,
                            x,
                            xOff + c * plane + (g.top(oy) * g.width() + g.left(ox)) * COUNT,
                            g.bottom(oy) - g.top(oy),
                            g.right(ox) - g.left(ox),
                            g.width() * COUNT);
                    at += COUNT;
                }
            }
        }
    }

    private static void largest(float[] y, int at, float[] x, int from, int rows, int columns, int row) {
        for (int l = 0; l < COUNT; l += Species.LENGTH) {
            FloatVector best = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < columns; j++) {
                    best = best.max(FloatVector.fromArray(F, x, from + i * row + j * COUNT + l));
                }
            }
            best.intoArray(y, at + l);
        }
    }

    static void maximumGradient(float[] dx, int dxOff, float[] dy, int dyOff, float[] x, int xOff, PoolGeometry g) {
        int plane = g.height() * g.width() * COUNT;
        Arrays.fill(dx, dxOff, dxOff + g.channels() * plane, 0f);
        int at = dyOff;
        for (int c = 0; c < g.channels(); c++) {
            for (int oy = 0; oy < g.outH(); oy++) {
                for (int ox = 0; ox < g.outW(); ox++) {
                    int corner = c * plane + (g.top(oy) * g.width() + g.left(ox)) * COUNT;
                    toLargest(
                            dx,
                            dxOff + corner,
                            dy,
                            at,
                            x,
                            xOff + corner,
                            g.bottom(oy) - g.top(oy),
                            g.right(ox) - g.left(ox),
                            g.width() * COUNT);
                    at += COUNT;
                }
            }
        }
    }

    private static void toLargest(
            float[] dx, int to, float[] dy, int at, float[] x, int from, int rows, int columns, int row) {
        for (int l = 0; l < COUNT; l += Species.LENGTH) {
            FloatVector best = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < columns; j++) {
                    best = best.max(FloatVector.fromArray(F, x, from + i * row + j * COUNT + l));
                }
            }
            // What is still to be given away: all of it, then nothing. A mask instead would be allocated at each
            // window.
            FloatVector left = FloatVector.fromArray(F, dy, at + l);
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < columns; j++) {
                    int p = i * row + j * COUNT + l;
                    var wins = FloatVector.fromArray(F, x, from + p).compare(VectorOperators.EQ, best);
                    FloatVector.fromArray(F, dx, to + p)
                            .add(FloatVector.zero(F).blend(left, wins))
                            .intoArray(dx, to + p);
                    left = left.blend(0f, wins);
                }
            }
        }
    }
}
