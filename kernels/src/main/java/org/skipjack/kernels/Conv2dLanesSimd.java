package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;
import static org.skipjack.kernels.Species.F;

import jdk.incubator.vector.FloatVector;

/** SIMD twin of {@link Conv2dLanesScalar}: weights are broadcast, 16 examples fill the vectors. */
final class Conv2dLanesSimd {
    private Conv2dLanesSimd() {}

    static void forward(float[] y, int yOff, float[] x, int xOff, float[] w, int wOff, ConvGeometry g) {
        int outH = g.outH();
        int outW = g.outW();
        int yPlane = outH * outW * COUNT;
        int xRow = g.width() * COUNT * g.dilationH();
        int xPlane = g.height() * g.width() * COUNT;
        int step = g.strideW() * COUNT;
        int taps = g.taps();
        int wPlane = g.kernelH() * g.kernelW();
        for (int oy = 0; oy < outH; oy++) {
            int top = oy * g.strideH() - g.padH();
            int first = top >= 0 ? 0 : (-top + g.dilationH() - 1) / g.dilationH();
            int last = Math.min(g.kernelH(), (g.height() - top + g.dilationH() - 1) / g.dilationH());
            int rows = Math.max(0, last - first);
            int xTop = xOff + (top + first * g.dilationH()) * g.width() * COUNT;
            for (int o = 0; o < g.filters(); ) {
                int tile = g.filters() - o >= 4 ? 4 : g.filters() - o >= 2 ? 2 : 1;
                int wi = wOff + o * taps + first * g.kernelW();
                for (int ox = 0; ox < outW; ox += 4) {
                    int n1 = Math.min(1, outW - 1 - ox);
                    int n2 = Math.min(2, outW - 1 - ox);
                    int n3 = Math.min(3, outW - 1 - ox);
                    for (int l = 0; l < COUNT; l += Species.LENGTH) {
                        int yi = yOff + o * yPlane + (oy * outW + ox) * COUNT + l;
                        int xi = xTop + ox * step + l;
                        switch (tile) {
                            case 4 ->
                                tile4x4(
                                        y,
                                        yi,
                                        n1 * COUNT,
                                        n2 * COUNT,
                                        n3 * COUNT,
                                        yPlane,
                                        x,
                                        xi,
                                        n1 * step,
                                        n2 * step,
                                        n3 * step,
                                        w,
                                        wi,
                                        taps,
                                        g.channels(),
                                        rows,
                                        g.kernelW(),
                                        xPlane,
                                        xRow,
                                        g.dilationW() * COUNT,
                                        wPlane);
                            case 2 ->
                                tile4x2(
                                        y,
                                        yi,
                                        n1 * COUNT,
                                        n2 * COUNT,
                                        n3 * COUNT,
                                        yPlane,
                                        x,
                                        xi,
                                        n1 * step,
                                        n2 * step,
                                        n3 * step,
                                        w,
                                        wi,
                                        taps,
                                        g.channels(),
                                        rows,
                                        g.kernelW(),
                                        xPlane,
                                        xRow,
                                        g.dilationW() * COUNT,
                                        wPlane);
                            default ->
                                tile4x1(
                                        y,
                                        yi,
                                        n1 * COUNT,
                                        n2 * COUNT,
                                        n3 * COUNT,
                                        x,
                                        xi,
                                        n1 * step,
                                        n2 * step,
                                        n3 * step,
                                        w,
                                        wi,
                                        g.channels(),
                                        rows,
                                        g.kernelW(),
                                        xPlane,
                                        xRow,
                                        g.dilationW() * COUNT,
                                        wPlane);
                        }
                    }
                }
                o += tile;
            }
        }
    }

    /** 4 columns of 4 output channels. */
    private static void tile4x4(
            float[] y,
            int y0,
            int q1,
            int q2,
            int q3,
            int yPlane,
            float[] x,
            int x0,
            int p1,
            int p2,
            int p3,
            float[] w,
            int w0,
            int taps,
            int channels,
            int rows,
            int columns,
            int xPlane,
            int xRow,
            int xTap,
            int wPlane) {
        FloatVector a00 = FloatVector.zero(F), a01 = a00, a02 = a00, a03 = a00;
        FloatVector a10 = FloatVector.zero(F), a11 = a10, a12 = a10, a13 = a10;
        FloatVector a20 = FloatVector.zero(F), a21 = a20, a22 = a20, a23 = a20;
        FloatVector a30 = FloatVector.zero(F), a31 = a30, a32 = a30, a33 = a30;
        for (int c = 0; c < channels; c++) {
            int xc = x0 + c * xPlane;
            int wc = w0 + c * wPlane;
            for (int ky = 0; ky < rows; ky++) {
                int xi = xc + ky * xRow;
                int wi = wc + ky * columns;
                for (int kx = 0; kx < columns; kx++) {
                    FloatVector x00 = FloatVector.fromArray(F, x, xi);
                    FloatVector x01 = FloatVector.fromArray(F, x, xi + p1);
                    FloatVector x02 = FloatVector.fromArray(F, x, xi + p2);
                    FloatVector x03 = FloatVector.fromArray(F, x, xi + p3);
                    FloatVector b0 = FloatVector.broadcast(F, w[wi]);
                    a00 = b0.fma(x00, a00);
                    a01 = b0.fma(x01, a01);
                    a02 = b0.fma(x02, a02);
                    a03 = b0.fma(x03, a03);
                    FloatVector b1 = FloatVector.broadcast(F, w[wi + taps]);
                    a10 = b1.fma(x00, a10);
                    a11 = b1.fma(x01, a11);
                    a12 = b1.fma(x02, a12);
                    a13 = b1.fma(x03, a13);
                    FloatVector b2 = FloatVector.broadcast(F, w[wi + 2 * taps]);
                    a20 = b2.fma(x00, a20);
                    a21 = b2.fma(x01, a21);
                    a22 = b2.fma(x02, a22);
                    a23 = b2.fma(x03, a23);
                    FloatVector b3 = FloatVector.broadcast(F, w[wi + 3 * taps]);
                    a30 = b3.fma(x00, a30);
                    a31 = b3.fma(x01, a31);
                    a32 = b3.fma(x02, a32);
                    a33 = b3.fma(x03, a33);
                    xi += xTap;
                    wi++;
                }
            }
        }
        a00.intoArray(y, y0);
        a01.intoArray(y, y0 + q1);
        a02.intoArray(y, y0 + q2);
        a03.intoArray(y, y0 + q3);
        a10.intoArray(y, y0 + yPlane);
        a11.intoArray(y, y0 + yPlane + q1);
        a12.intoArray(y, y0 + yPlane + q2);
        a13.intoArray(y, y0 + yPlane + q3);
        a20.intoArray(y, y0 + 2 * yPlane);
        a21.intoArray(y, y0 + 2 * yPlane + q1);
        a22.intoArray(y, y0 + 2 * yPlane + q2);
        a23.intoArray(y, y0 + 2 * yPlane + q3);
        a30.intoArray(y, y0 + 3 * yPlane);
        a31.intoArray(y, y0 + 3 * yPlane + q1);
        a32.intoArray(y, y0 + 3 * yPlane + q2);
        a33.intoArray(y, y0 + 3 * yPlane + q3);
    }

    /** 4 columns of 2 output channels. */
    private static void tile4x2(
            float[] y,
            int y0,
            int q1,
            int q2,
            int q3,
            int yPlane,
            float[] x,
            int x0,
            int p1,
            int p2,
            int p3,
            float[] w,
            int w0,
            int taps,
            int channels,
            int rows,
            int columns,
            int xPlane,
            int xRow,
            int xTap,
            int wPlane) {
        FloatVector a00 = FloatVector.zero(F), a01 = a00, a02 = a00, a03 = a00;
        FloatVector a10 = FloatVector.zero(F), a11 = a10, a12 = a10, a13 = a10;
        for (int c = 0; c < channels; c++) {
            int xc = x0 + c * xPlane;
            int wc = w0 + c * wPlane;
            for (int ky = 0; ky < rows; ky++) {
                int xi = xc + ky * xRow;
                int wi = wc + ky * columns;
                for (int kx = 0; kx < columns; kx++) {
                    FloatVector x00 = FloatVector.fromArray(F, x, xi);
                    FloatVector x01 = FloatVector.fromArray(F, x, xi + p1);
                    FloatVector x02 = FloatVector.fromArray(F, x, xi + p2);
                    FloatVector x03 = FloatVector.fromArray(F, x, xi + p3);
                    FloatVector b0 = FloatVector.broadcast(F, w[wi]);
                    a00 = b0.fma(x00, a00);
                    a01 = b0.fma(x01, a01);
                    a02 = b0.fma(x02, a02);
                    a03 = b0.fma(x03, a03);
                    FloatVector b1 = FloatVector.broadcast(F, w[wi + taps]);
                    a10 = b1.fma(x00, a10);
                    a11 = b1.fma(x01, a11);
                    a12 = b1.fma(x02, a12);
                    a13 = b1.fma(x03, a13);
                    xi += xTap;
                    wi++;
                }
            }
        }
        a00.intoArray(y, y0);
        a01.intoArray(y, y0 + q1);
        a02.intoArray(y, y0 + q2);
        a03.intoArray(y, y0 + q3);
        a10.intoArray(y, y0 + yPlane);
        a11.intoArray(y, y0 + yPlane + q1);
        a12.intoArray(y, y0 + yPlane + q2);
        a13.intoArray(y, y0 + yPlane + q3);
    }

    /** 4 columns of 1 output channel. */
    private static void tile4x1(
            float[] y,
            int y0,
            int q1,
            int q2,
            int q3,
            float[] x,
            int x0,
            int p1,
            int p2,
            int p3,
            float[] w,
            int w0,
            int channels,
            int rows,
            int columns,
            int xPlane,
            int xRow,
            int xTap,
            int wPlane) {
        FloatVector a00 = FloatVector.zero(F), a01 = a00, a02 = a00, a03 = a00;
        for (int c = 0; c < channels; c++) {
            int xc = x0 + c * xPlane;
            int wc = w0 + c * wPlane;
            for (int ky = 0; ky < rows; ky++) {
                int xi = xc + ky * xRow;
                int wi = wc + ky * columns;
                for (int kx = 0; kx < columns; kx++) {
                    FloatVector x00 = FloatVector.fromArray(F, x, xi);
                    FloatVector x01 = FloatVector.fromArray(F, x, xi + p1);
                    FloatVector x02 = FloatVector.fromArray(F, x, xi + p2);
                    FloatVector x03 = FloatVector.fromArray(F, x, xi + p3);
                    FloatVector b0 = FloatVector.broadcast(F, w[wi]);
                    a00 = b0.fma(x00, a00);
                    a01 = b0.fma(x01, a01);
                    a02 = b0.fma(x02, a02);
                    a03 = b0.fma(x03, a03);
                    xi += xTap;
                    wi++;
                }
            }
        }
        a00.intoArray(y, y0);
        a01.intoArray(y, y0 + q1);
        a02.intoArray(y, y0 + q2);
        a03.intoArray(y, y0 + q3);
    }
}
