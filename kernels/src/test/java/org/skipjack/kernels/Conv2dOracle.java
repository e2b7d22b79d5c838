package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

/** The convolution and its gradients in double precision, as their definitions say. Any stride, padding and dilation. */
final class Conv2dOracle {
    /** One product of the sum: indices of {@code y}, {@code x} and {@code w}. */
    private interface Term {
        void at(int y, int x, int w);
    }

    private Conv2dOracle() {}

    static double[] forward(float[] x, float[] w, ConvGeometry g) {
        double[] y = new double[g.filters() * g.outH() * g.outW() * COUNT];
        forEachTerm(g, (yi, xi, wi) -> y[yi] += (double) w[wi] * x[xi]);
        return y;
    }

    /** The convolution of a single example, as that of lanes which all hold it. */
    static double[] example(float[] x, float[] w, ConvGeometry g) {
        var lanes = new float[x.length * COUNT];
        for (int i = 0; i < lanes.length; i++) {
            lanes[i] = x[i / COUNT];
        }
        double[] y = forward(lanes, w, g);
        var first = new double[y.length / COUNT];
        for (int i = 0; i < first.length; i++) {
            first[i] = y[i * COUNT];
        }
        return first;
    }

    static double[] weightGradient(float[] dy, float[] x, ConvGeometry g) {
        double[] dw = new double[g.filters() * g.taps()];
        forEachTerm(g, (yi, xi, wi) -> dw[wi] += (double) dy[yi] * x[xi]);
        return dw;
    }

    static double[] inputGradient(float[] dy, float[] w, ConvGeometry g) {
        double[] dx = new double[g.channels() * g.height() * g.width() * COUNT];
        forEachTerm(g, (yi, xi, wi) -> dx[xi] += (double) w[wi] * dy[yi]);
        return dx;
    }

    private static void forEachTerm(ConvGeometry g, Term term) {
        for (int o = 0; o < g.filters(); o++) {
            for (int oy = 0; oy < g.outH(); oy++) {
                for (int ox = 0; ox < g.outW(); ox++) {
                    for (int c = 0; c < g.channels(); c++) {
                        window(g, o, oy, ox, c, term);
                    }
                }
            }
        }
    }

    private static void window(ConvGeometry g, int o, int oy, int ox, int c, Term term) {
        for (int ky = 0; ky < g.kernelH(); ky++) {
            for (int kx = 0; kx < g.kernelW(); kx++) {
                int iy = oy * g.strideH() - g.padH() + ky * g.dilationH();
                int ix = ox * g.strideW() - g.padW() + kx * g.dilationW();
                if (iy < 0 || iy >= g.height() || ix < 0 || ix >= g.width()) {
                    continue;
                }
                int y = ((o * g.outH() + oy) * g.outW() + ox) * COUNT;
                int x = ((c * g.height() + iy) * g.width() + ix) * COUNT;
                int w = ((o * g.channels() + c) * g.kernelH() + ky) * g.kernelW() + kx;
                for (int l = 0; l < COUNT; l++) {
                    term.at(y + l, x + l, w);
                }
            }
        }
    }
}
