package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;
import static org.skipjack.kernels.Species.F;

import jdk.incubator.vector.FloatVector;

/** Weight gradient of a convolution on SIMD: for each weight one vector of 16 sums over the map, joined at the end. */
final class Conv2dLanesWeights {
    private Conv2dLanesWeights() {}

    static void weightGradient(
            float[] dw,
            int dwOff,
            float[] dy,
            int dyOff,
            float[] x,
            int xOff,
            ConvGeometry g,
            float[] sums,
            int sumsOff) {
        int plane = g.outH() * g.outW() * COUNT;
        for (int o = 0; o < g.filters(); ) {
            int left = g.filters() - o;
            if (left >= 3) {
                int last = Math.min(4, left) - 1;
                for (int t = 0; t < g.taps(); t += 4) {
                    for (int l = 0; l < COUNT; l += Species.LENGTH) {
                        gradient4x4(
                                sums,
                                sumsOff + l,
                                dy,
                                dyOff + o * plane + l,
                                plane,
                                2 * plane,
                                last * plane,
                                x,
                                xOff + l,
                                tap(g, t),
                                tap(g, t + 1),
                                tap(g, t + 2),
                                tap(g, t + 3),
                                g.outH(),
                                g.outW(),
                                g.strideH() * g.width() * COUNT,
                                g.strideW() * COUNT);
                    }
                    scatter(
                            dw,
                            dwOff + o * g.taps() + t,
                            g.taps(),
                            last + 1,
                            Math.min(4, g.taps() - t),
                            4,
                            sums,
                            sumsOff);
                }
                o += last + 1;
            } else {
                int last = left - 1;
                for (int t = 0; t < g.taps(); t += 8) {
                    for (int l = 0; l < COUNT; l += Species.LENGTH) {
                        gradient2x8(
                                sums,
                                sumsOff + l,
                                dy,
                                dyOff + o * plane + l,
                                last * plane,
                                x,
                                xOff + l,
                                tap(g, t),
                                tap(g, t + 1),
                                tap(g, t + 2),
                                tap(g, t + 3),
                                tap(g, t + 4),
                                tap(g, t + 5),
                                tap(g, t + 6),
                                tap(g, t + 7),
                                g.outH(),
                                g.outW(),
                                g.strideH() * g.width() * COUNT,
                                g.strideW() * COUNT);
                    }
                    scatter(dw, dwOff + o * g.taps() + t, g.taps(), left, Math.min(8, g.taps() - t), 8, sums, sumsOff);
                }
                o += left;
            }
        }
    }

    /** Where tap {@code t} of a filter meets the input; the last tap again past the end. */
    private static int tap(ConvGeometry g, int t) {
        int clamped = Math.min(t, g.taps() - 1);
        int kx = clamped % g.kernelW();
        int ky = clamped / g.kernelW() % g.kernelH();
        int c = clamped / g.kernelW() / g.kernelH();
        return ((c * g.height() + ky * g.dilationH()) * g.width() + kx * g.dilationW()) * COUNT;
    }

    private static void scatter(
            float[] dw, int at, int taps, int filters, int count, int width, float[] sums, int sumsOff) {
        LaneSums.rows16(sums, sumsOff, sums, sumsOff);
        for (int o = 0; o < filters; o++) {
            for (int t = 0; t < count; t++) {
                dw[at + o * taps + t] = sums[sumsOff + o * width + t];
            }
        }
    }

    /** 4 output channels by 4 taps, summed over the output map. */
    private static void gradient4x4(
            float[] sums,
            int s0,
            float[] dy,
            int dy0,
            int d1,
            int d2,
            int d3,
            float[] x,
            int x0,
            int t0,
            int t1,
            int t2,
            int t3,
            int rows,
            int columns,
            int xRow,
            int xColumn) {
        FloatVector a00 = FloatVector.zero(F), a01 = a00, a02 = a00, a03 = a00;
        FloatVector a10 = FloatVector.zero(F), a11 = a10, a12 = a10, a13 = a10;
        FloatVector a20 = FloatVector.zero(F), a21 = a20, a22 = a20, a23 = a20;
        FloatVector a30 = FloatVector.zero(F), a31 = a30, a32 = a30, a33 = a30;
        int g = dy0;
        for (int i = 0; i < rows; i++) {
            int xi = x0 + i * xRow;
            for (int j = 0; j < columns; j++) {
                FloatVector g0 = FloatVector.fromArray(F, dy, g);
                FloatVector g1 = FloatVector.fromArray(F, dy, g + d1);
                FloatVector g2 = FloatVector.fromArray(F, dy, g + d2);
                FloatVector g3 = FloatVector.fromArray(F, dy, g + d3);
                FloatVector v0 = FloatVector.fromArray(F, x, xi + t0);
                a00 = g0.fma(v0, a00);
                a10 = g1.fma(v0, a10);
                a20 = g2.fma(v0, a20);
                a30 = g3.fma(v0, a30);
                FloatVector v1 = FloatVector.fromArray(F, x, xi + t1);
                a01 = g0.fma(v1, a01);
                a11 = g1.fma(v1, a11);
                a21 = g2.fma(v1, a21);
                a31 = g3.fma(v1, a31);
                FloatVector v2 = FloatVector.fromArray(F, x, xi + t2);
                a02 = g0.fma(v2, a02);
                a12 = g1.fma(v2, a12);
                a22 = g2.fma(v2, a22);
                a32 = g3.fma(v2, a32);
                FloatVector v3 = FloatVector.fromArray(F, x, xi + t3);
                a03 = g0.fma(v3, a03);
                a13 = g1.fma(v3, a13);
                a23 = g2.fma(v3, a23);
                a33 = g3.fma(v3, a33);
                g += COUNT;
                xi += xColumn;
            }
        }
        a00.intoArray(sums, s0);
        a01.intoArray(sums, s0 + 16);
        a02.intoArray(sums, s0 + 32);
        a03.intoArray(sums, s0 + 48);
        a10.intoArray(sums, s0 + 64);
        a11.intoArray(sums, s0 + 80);
        a12.intoArray(sums, s0 + 96);
        a13.intoArray(sums, s0 + 112);
        a20.intoArray(sums, s0 + 128);
        a21.intoArray(sums, s0 + 144);
        a22.intoArray(sums, s0 + 160);
        a23.intoArray(sums, s0 + 176);
        a30.intoArray(sums, s0 + 192);
        a31.intoArray(sums, s0 + 208);
        a32.intoArray(sums, s0 + 224);
        a33.intoArray(sums, s0 + 240);
    }

    /** 2 output channels by 8 taps, summed over the output map. */
    private static void gradient2x8(
            float[] sums,
            int s0,
            float[] dy,
            int dy0,
            int d1,
            float[] x,
            int x0,
            int t0,
            int t1,
            int t2,
            int t3,
            int t4,
            int t5,
            int t6,
            int t7,
            int rows,
            int columns,
            int xRow,
            int xColumn) {
        FloatVector a00 = FloatVector.zero(F),
                a01 = a00,
                a02 = a00,
                a03 = a00,
                a04 = a00,
                a05 = a00,
                a06 = a00,
                a07 = a00;
        FloatVector a10 = FloatVector.zero(F),
                a11 = a10,
                a12 = a10,
                a13 = a10,
                a14 = a10,
                a15 = a10,
                a16 = a10,
                a17 = a10;
        int g = dy0;
        for (int i = 0; i < rows; i++) {
            int xi = x0 + i * xRow;
            for (int j = 0; j < columns; j++) {
                FloatVector g0 = FloatVector.fromArray(F, dy, g);
                FloatVector g1 = FloatVector.fromArray(F, dy, g + d1);
                FloatVector v0 = FloatVector.fromArray(F, x, xi + t0);
                a00 = g0.fma(v0, a00);
                a10 = g1.fma(v0, a10);
                FloatVector v1 = FloatVector.fromArray(F, x, xi + t1);
                a01 = g0.fma(v1, a01);
                a11 = g1.fma(v1, a11);
                FloatVector v2 = FloatVector.fromArray(F, x, xi + t2);
                a02 = g0.fma(v2, a02);
                a12 = g1.fma(v2, a12);
                FloatVector v3 = FloatVector.fromArray(F, x, xi + t3);
                a03 = g0.fma(v3, a03);
                a13 = g1.fma(v3, a13);
                FloatVector v4 = FloatVector.fromArray(F, x, xi + t4);
                a04 = g0.fma(v4, a04);
                a14 = g1.fma(v4, a14);
                FloatVector v5 = FloatVector.fromArray(F, x, xi + t5);
                a05 = g0.fma(v5, a05);
                a15 = g1.fma(v5, a15);
                FloatVector v6 = FloatVector.fromArray(F, x, xi + t6);
                a06 = g0.fma(v6, a06);
                a16 = g1.fma(v6, a16);
                FloatVector v7 = FloatVector.fromArray(F, x, xi + t7);
                a07 = g0.fma(v7, a07);
                a17 = g1.fma(v7, a17);
                g += COUNT;
                xi += xColumn;
            }
        }
        a00.intoArray(sums, s0);
        a01.intoArray(sums, s0 + 16);
        a02.intoArray(sums, s0 + 32);
        a03.intoArray(sums, s0 + 48);
        a04.intoArray(sums, s0 + 64);
        a05.intoArray(sums, s0 + 80);
        a06.intoArray(sums, s0 + 96);
        a07.intoArray(sums, s0 + 112);
        a10.intoArray(sums, s0 + 128);
        a11.intoArray(sums, s0 + 144);
        a12.intoArray(sums, s0 + 160);
        a13.intoArray(sums, s0 + 176);
        a14.intoArray(sums, s0 + 192);
        a15.intoArray(sums, s0 + 208);
        a16.intoArray(sums, s0 + 224);
        a17.intoArray(sums, s0 + 240);
    }
}
