package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

import java.util.Arrays;

/**
 * Scalar twin of {@link Conv2dLanesSimd} and {@link Conv2dLanesScatter}: the same additions in the same order for each
 * lane, so the same bits. The innermost loops run over lanes.
 */
final class Conv2dLanesScalar {
    private Conv2dLanesScalar() {}

    static void forward(
            float[] y, int yOff, float[] x, int xOff, float[] w, int wOff, float[] bias, int biasOff, ConvGeometry g) {
        int row = g.outW() * COUNT;
        for (int o = 0; o < g.filters(); o++) {
            for (int oy = 0; oy < g.outH(); oy++) {
                int yi = yOff + (o * g.outH() + oy) * row;
                Arrays.fill(y, yi, yi + row, bias.length > 0 ? bias[biasOff + o] : 0f);
                for (int c = 0; c < g.channels(); c++) {
                    int wi = wOff + (o * g.channels() + c) * g.kernelH() * g.kernelW();
                    for (int ky = 0; ky < g.kernelH(); ky++) {
                        int iy = oy * g.strideH() - g.padH() + ky * g.dilationH();
                        if (iy >= 0 && iy < g.height()) {
                            int xi = xOff + (c * g.height() + iy) * g.width() * COUNT;
                            addRow(y, yi, x, xi, w, wi + ky * g.kernelW(), g);
                        }
                    }
                }
            }
        }
    }

    /** One kernel row's share of one row of the result. */
    private static void addRow(float[] y, int yi, float[] x, int xi, float[] w, int wi, ConvGeometry g) {
        for (int kx = 0; kx < g.kernelW(); kx++) {
            for (int ox = 0; ox < g.outW(); ox++) {
                int ix = ox * g.strideW() - g.padW() + kx * g.dilationW();
                if (ix >= 0 && ix < g.width()) {
                    multiplyAdd(y, yi + ox * COUNT, x, xi + ix * COUNT, w[wi + kx], COUNT);
                }
            }
        }
    }

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
        int to = dwOff;
        for (int o = 0; o < g.filters(); o++) {
            int gi = dyOff + o * g.outH() * g.outW() * COUNT;
            for (int c = 0; c < g.channels(); c++) {
                int xi = xOff + c * g.height() * g.width() * COUNT;
                for (int ky = 0; ky < g.kernelH(); ky++) {
                    for (int kx = 0; kx < g.kernelW(); kx++) {
                        dw[to++] = tapGradient(dy, gi, x, xi, ky, kx, g, sums, sumsOff);
                    }
                }
            }
        }
    }

    private static float tapGradient(
            float[] dy, int gi, float[] x, int xi, int ky, int kx, ConvGeometry g, float[] sums, int sumsOff) {
        Arrays.fill(sums, sumsOff, sumsOff + COUNT, 0f);
        for (int i = 0; i < g.outH(); i++) {
            int iy = i * g.strideH() - g.padH() + ky * g.dilationH();
            for (int j = 0; j < g.outW() && iy >= 0 && iy < g.height(); j++) {
                int ix = j * g.strideW() - g.padW() + kx * g.dilationW();
                if (ix >= 0 && ix < g.width()) {
                    int p = gi + (i * g.outW() + j) * COUNT;
                    int q = xi + (iy * g.width() + ix) * COUNT;
                    for (int l = 0; l < COUNT; l++) {
                        sums[sumsOff + l] = Math.fma(dy[p + l], x[q + l], sums[sumsOff + l]);
                    }
                }
            }
        }
        return LaneSums.of(sums, sumsOff);
    }

    static void inputGradient(float[] dx, int dxOff, float[] dy, int dyOff, float[] w, int wOff, ConvGeometry g) {
        int plane = g.height() * g.width() * COUNT;
        Arrays.fill(dx, dxOff, dxOff + g.channels() * plane, 0f);
        int gi = dyOff;
        for (int o = 0; o < g.filters(); o++) {
            for (int oy = 0; oy < g.outH(); oy++) {
                for (int ox = 0; ox < g.outW(); ox++) {
                    for (int c = 0; c < g.channels(); c++) {
                        int wi = wOff + (o * g.channels() + c) * g.kernelH() * g.kernelW();
                        scatter(dx, dxOff + c * plane, dy, gi, w, wi, oy, ox, g);
                    }
                    gi += COUNT;
                }
            }
        }
    }

    /** Adds one output pixel's share to the pixels of one input channel that it saw. */
    private static void scatter(
            float[] dx, int to, float[] dy, int gi, float[] w, int wi, int oy, int ox, ConvGeometry g) {
        for (int ky = 0; ky < g.kernelH(); ky++) {
            int iy = oy * g.strideH() - g.padH() + ky * g.dilationH();
            for (int kx = 0; kx < g.kernelW(); kx++) {
                int ix = ox * g.strideW() - g.padW() + kx * g.dilationW();
                if (iy >= 0 && iy < g.height() && ix >= 0 && ix < g.width()) {
                    int at = to + (iy * g.width() + ix) * COUNT;
                    multiplyAdd(dx, at, dy, gi, w[wi + ky * g.kernelW() + kx], COUNT);
                }
            }
        }
    }

    private static void multiplyAdd(float[] out, int o, float[] a, int p, float factor, int n) {
        for (int i = 0; i < n; i++) {
            out[o + i] = Math.fma(factor, a[p + i], out[o + i]);
        }
    }
}
