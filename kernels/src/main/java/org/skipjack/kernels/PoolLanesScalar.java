package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

import java.util.Arrays;

/** Scalar twin of {@link PoolLanesSimd}: the same additions in the same order for each lane, so the same bits. */
final class PoolLanesScalar {
    private PoolLanesScalar() {}

    static void average(float[] y, int yOff, float[] x, int xOff, PoolGeometry g, boolean countPadding) {
        Arrays.fill(y, yOff, yOff + g.channels() * g.outH() * g.outW() * COUNT, 0f);
        int at = yOff;
        for (int c = 0; c < g.channels(); c++) {
            for (int oy = 0; oy < g.outH(); oy++) {
                for (int ox = 0; ox < g.outW(); ox++) {
                    for (int iy = g.top(oy); iy < g.bottom(oy); iy++) {
                        for (int ix = g.left(ox); ix < g.right(ox); ix++) {
                            int from = xOff + cell(g, c, iy, ix);
                            for (int l = 0; l < COUNT; l++) {
                                y[at + l] += x[from + l];
                            }
                        }
                    }
                    float scale = 1f / (g.divisorRows(oy, countPadding) * g.divisorColumns(ox, countPadding));
                    for (int l = 0; l < COUNT; l++) {
                        y[at + l] *= scale;
                    }
                    at += COUNT;
                }
            }
        }
    }

    static void averageGradient(float[] dx, int dxOff, float[] dy, int dyOff, PoolGeometry g, boolean countPadding) {
        Arrays.fill(dx, dxOff, dxOff + g.channels() * g.height() * g.width() * COUNT, 0f);
        int at = dyOff;
        for (int c = 0; c < g.channels(); c++) {
            for (int oy = 0; oy < g.outH(); oy++) {
                for (int ox = 0; ox < g.outW(); ox++) {
                    float scale = 1f / (g.divisorRows(oy, countPadding) * g.divisorColumns(ox, countPadding));
                    for (int iy = g.top(oy); iy < g.bottom(oy); iy++) {
                        for (int ix = g.left(ox); ix < g.right(ox); ix++) {
                            int to = dxOff + cell(g, c, iy, ix);
                            for (int l = 0; l < COUNT; l++) {
                                dx[to + l] += dy[at + l] * scale;
                            }
                        }
                    }
                    at += COUNT;
                }
            }
        }
    }

    static void extreme(float[] y, int yOff, float[] x, int xOff, Slice scale, PoolGeometry g) {
        Arrays.fill(y, yOff, yOff + g.channels() * g.outH() * g.outW() * COUNT, Float.NEGATIVE_INFINITY);
        int at = yOff;
        for (int c = 0; c < g.channels(); c++) {
            float sign = PoolLanes.sign(scale, c);
            for (int oy = 0; oy < g.outH(); oy++) {
                for (int ox = 0; ox < g.outW(); ox++) {
                    for (int iy = g.top(oy); iy < g.bottom(oy); iy++) {
                        for (int ix = g.left(ox); ix < g.right(ox); ix++) {
                            int from = xOff + cell(g, c, iy, ix);
                            for (int l = 0; l < COUNT; l++) {
                                y[at + l] = Math.max(y[at + l], sign * x[from + l]);
                            }
                        }
                    }
                    for (int l = 0; l < COUNT; l++) {
                        y[at + l] *= sign;
                    }
                    at += COUNT;
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
        Arrays.fill(dx, dxOff + cell(g, first, 0, 0), dxOff + cell(g, last, 0, 0), 0f);
        int at = dyOff + first * g.outH() * g.outW() * COUNT;
        for (int c = first; c < last; c++) {
            float sign = PoolLanes.sign(scale, c);
            for (int oy = 0; oy < g.outH(); oy++) {
                for (int ox = 0; ox < g.outW(); ox++) {
                    for (int l = 0; l < COUNT; l++) {
                        int winner = firstLargest(x, xOff + l, sign, g, c, oy, ox);
                        if (winner >= 0) {
                            dx[dxOff + winner + l] += dy[at + l];
                        }
                    }
                    at += COUNT;
                }
            }
        }
    }

    /** Where a window's first maximum of all times {@code sign} lies, from the start of the map; -1 if the window holds a NaN. */
    private static int firstLargest(float[] x, int xOff, float sign, PoolGeometry g, int c, int oy, int ox) {
        float best = Float.NEGATIVE_INFINITY;
        int winner = -1;
        for (int iy = g.top(oy); iy < g.bottom(oy); iy++) {
            for (int ix = g.left(ox); ix < g.right(ox); ix++) {
                int at = cell(g, c, iy, ix);
                float value = sign * x[xOff + at];
                if (Float.isNaN(value)) {
                    return -1;
                }
                if (winner < 0 || value > best) {
                    best = value;
                    winner = at;
                }
            }
        }
        return winner;
    }

    private static int cell(PoolGeometry g, int c, int iy, int ix) {
        return ((c * g.height() + iy) * g.width() + ix) * COUNT;
    }
}
