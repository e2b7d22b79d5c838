package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

import java.util.Arrays;

/**
 * Scalar twin of {@link Conv2dLanesSimd}: the same additions in the same order for each lane, so the same bits. The innermost loops run over lanes.
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
            float[] dw, int dwOff, Maps dy, Maps x, int blocks, int group, ConvGeometry g, float[] sums, int sumsOff) {
        if (PointwiseWeightGradient.fits(g)) {
            PointwiseWeightGradient.of(g).scalar(dw, dwOff, dy, x, blocks, group, sums, sumsOff);
            return;
        }
        var groups = WeightTiles.groups(g);
        int first = groups.subList(0, group).stream().mapToInt(n -> n).sum();
        int to = dwOff + first * g.taps();
        for (int o = first; o < first + groups.get(group); o++) {
            int gi = dy.at() + o * g.outH() * g.outW() * COUNT;
            for (int c = 0; c < g.channels(); c++) {
                int xi = x.at() + c * g.height() * g.width() * COUNT;
                for (int ky = 0; ky < g.kernelH(); ky++) {
                    for (int kx = 0; kx < g.kernelW(); kx++) {
                        Arrays.fill(sums, sumsOff, sumsOff + COUNT, 0f);
                        for (int b = 0; b < blocks; b++) {
                            addTap(
                                    dy.array(),
                                    gi + b * dy.stride(),
                                    x.array(),
                                    xi + b * x.stride(),
                                    ky,
                                    kx,
                                    g,
                                    sums,
                                    sumsOff);
                        }
                        dw[to++] = LaneSums.of(sums, sumsOff);
                    }
                }
            }
        }
    }

    private static void addTap(
            float[] dy, int gi, float[] x, int xi, int ky, int kx, ConvGeometry g, float[] sums, int sumsOff) {
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
    }

    static void inputGradient(float[] dx, int dxOff, float[] dy, int dyOff, float[] w, int wOff, ConvGeometry g) {
        int to = dxOff;
        for (int c = 0; c < g.channels(); c++) {
            for (int iy = 0; iy < g.height(); iy++) {
                for (int ix = 0; ix < g.width(); ix++) {
                    Arrays.fill(dx, to, to + COUNT, 0f);
                    for (int o = 0; o < g.filters(); o++) {
                        int wi = wOff + (o * g.channels() + c) * g.kernelH() * g.kernelW();
                        gather(dx, to, dy, dyOff + o * g.outH() * g.outW() * COUNT, w, wi, iy, ix, g);
                    }
                    to += COUNT;
                }
            }
        }
    }

    /** Adds what one filter's outputs that saw an input pixel hand back to it. */
    private static void gather(
            float[] dx, int to, float[] dy, int from, float[] w, int wi, int iy, int ix, ConvGeometry g) {
        for (int ky = 0; ky < g.kernelH(); ky++) {
            int down = iy + g.padH() - ky * g.dilationH();
            if (down < 0 || down % g.strideH() != 0 || down / g.strideH() >= g.outH()) {
                continue;
            }
            for (int kx = 0; kx < g.kernelW(); kx++) {
                int right = ix + g.padW() - kx * g.dilationW();
                if (right >= 0 && right % g.strideW() == 0 && right / g.strideW() < g.outW()) {
                    int at = from + (down / g.strideH() * g.outW() + right / g.strideW()) * COUNT;
                    multiplyAdd(dx, to, dy, at, w[wi + ky * g.kernelW() + kx], COUNT);
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
