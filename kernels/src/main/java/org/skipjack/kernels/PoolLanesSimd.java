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
        int row = g.width() * COUNT;
        int at = yOff;
        for (int c = 0; c < g.channels(); c++) {
            for (int oy = 0; oy < g.outH(); oy++) {
                int from = xOff + (c * g.height() + g.top(oy)) * row;
                int rows = g.bottom(oy) - g.top(oy);
                int divisorRows = g.divisorRows(oy, countPadding);
                for (int ox = 0; ox < g.outW(); ox++) {
                    int left = g.left(ox);
                    float scale = 1f / (divisorRows * g.divisorColumns(ox, countPadding));
                    window(y, at, x, from + left * COUNT, rows, g.right(ox) - left, row, scale);
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
        int row = g.width() * COUNT;
        Arrays.fill(dx, dxOff, dxOff + g.channels() * g.height() * row, 0f);
        int at = dyOff;
        for (int c = 0; c < g.channels(); c++) {
            for (int oy = 0; oy < g.outH(); oy++) {
                int to = dxOff + (c * g.height() + g.top(oy)) * row;
                int rows = g.bottom(oy) - g.top(oy);
                int divisorRows = g.divisorRows(oy, countPadding);
                for (int ox = 0; ox < g.outW(); ox++) {
                    int left = g.left(ox);
                    float scale = 1f / (divisorRows * g.divisorColumns(ox, countPadding));
                    spread(dx, to + left * COUNT, dy, at, rows, g.right(ox) - left, row, scale);
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

    static void extreme(float[] y, int yOff, float[] x, int xOff, Slice scale, PoolGeometry g) {
        int row = g.width() * COUNT;
        int at = yOff;
        for (int c = 0; c < g.channels(); c++) {
            float sign = PoolLanes.sign(scale, c);
            for (int oy = 0; oy < g.outH(); oy++) {
                int from = xOff + (c * g.height() + g.top(oy)) * row;
                int rows = g.bottom(oy) - g.top(oy);
                for (int ox = 0; ox < g.outW(); ox++) {
                    int left = g.left(ox);
                    largest(y, at, x, from + left * COUNT, rows, g.right(ox) - left, row, sign);
                    at += COUNT;
                }
            }
        }
    }

    private static void largest(float[] y, int at, float[] x, int from, int rows, int columns, int row, float sign) {
        if (rows == 3 && columns == 3) {
            PoolLanesThreesSimd.largest(y, at, x, from, row, sign);
            return;
        }
        for (int l = 0; l < COUNT; l += Species.LENGTH) {
            FloatVector best = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < columns; j++) {
                    best = best.max(FloatVector.fromArray(F, x, from + i * row + j * COUNT + l)
                            .mul(sign));
                }
            }
            best.mul(sign).intoArray(y, at + l);
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
        int at = dyOff + first * g.outH() * g.outW() * COUNT;
        for (int c = first; c < last; c++) {
            float sign = PoolLanes.sign(scale, c);
            int plane = c * g.height() * row;
            // Rows are cleared just before the first window that meets them, so that they are still in the cache.
            int cleared = plane;
            for (int oy = 0; oy < g.outH(); oy++) {
                int map = plane + g.top(oy) * row;
                int rows = g.bottom(oy) - g.top(oy);
                cleared = clear(dx, dxOff, cleared, map + rows * row);
                for (int ox = 0; ox < g.outW(); ox++) {
                    int left = g.left(ox);
                    int corner = map + left * COUNT;
                    toLargest(dx, dxOff + corner, dy, at, x, xOff + corner, rows, g.right(ox) - left, row, sign);
                    at += COUNT;
                }
            }
            clear(dx, dxOff, cleared, plane + g.height() * row);
        }
    }

    private static int clear(float[] dx, int dxOff, int from, int to) {
        if (to > from) {
            Arrays.fill(dx, dxOff + from, dxOff + to, 0f);
        }
        return Math.max(from, to);
    }

    private static void toLargest(
            float[] dx, int to, float[] dy, int at, float[] x, int from, int rows, int columns, int row, float sign) {
        if (rows == 3 && columns == 3) {
            PoolLanesThreesSimd.toLargest(dx, to, dy, at, x, from, row, sign);
            return;
        }
        for (int l = 0; l < COUNT; l += Species.LENGTH) {
            FloatVector best = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < columns; j++) {
                    best = best.max(FloatVector.fromArray(F, x, from + i * row + j * COUNT + l)
                            .mul(sign));
                }
            }
            // What is still to be given away: all of it, then nothing. A mask instead would be allocated at each
            // window.
            FloatVector left = FloatVector.fromArray(F, dy, at + l);
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < columns; j++) {
                    int p = i * row + j * COUNT + l;
                    var wins = FloatVector.fromArray(F, x, from + p).mul(sign).compare(VectorOperators.EQ, best);
                    FloatVector.fromArray(F, dx, to + p)
                            .add(FloatVector.zero(F).blend(left, wins))
                            .intoArray(dx, to + p);
                    left = left.blend(0f, wins);
                }
            }
        }
    }
}
