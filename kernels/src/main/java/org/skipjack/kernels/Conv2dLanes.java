package org.skipjack.kernels;

import java.util.Arrays;

/**
 * 2-D convolution of one block of {@link Lanes}: {@code y[o,i,j] = Σ w[o,c,u,v] x[c, i s + u d - p, j s + v d - p]}.
 *
 * <p>The input's columns must carry their zeros ({@link #pad}); rows outside the map are skipped. Weights are OIHW.
 */
public final class Conv2dLanes {
    /** Floats of scratch that {@link #weightGradient} needs. */
    public static final int SUMS = 16 * Lanes.COUNT;

    private Conv2dLanes() {}

    /**
     * The convolution without bias.
     *
     * @param y {@code [filters, outH, outW, 16]} from {@code yOff}
     * @param x {@code [channels, height, width, 16]} from {@code xOff}
     * @param w {@code [filters, channels, kernelH, kernelW]} from {@code wOff}
     * @param g sizes; {@code padW} must be 0
     */
    public static void forward(float[] y, int yOff, float[] x, int xOff, float[] w, int wOff, ConvGeometry g) {
        if (Simd.AVAILABLE) {
            Conv2dLanesSimd.forward(y, yOff, x, xOff, w, wOff, g);
        } else {
            Conv2dLanesScalar.forward(y, yOff, x, xOff, w, wOff, g);
        }
    }

    /**
     * The block's share of the weight gradient: {@code dw[o,c,u,v] = Σ dy[o,i,j,l] x[c, i s + u d, j s + v d, l]} over the
     * output map and the 16 lanes. Lanes without an example must hold zeros in {@code dy} and {@code x}.
     *
     * @param dw {@code [filters, channels, kernelH, kernelW]} from {@code dwOff}
     * @param g sizes; no padding
     * @param sums scratch of {@link #SUMS} floats
     */
    public static void weightGradient(
            float[] dw,
            int dwOff,
            float[] dy,
            int dyOff,
            float[] x,
            int xOff,
            ConvGeometry g,
            float[] sums,
            int sumsOff) {
        if (Simd.AVAILABLE) {
            Conv2dLanesWeights.weightGradient(dw, dwOff, dy, dyOff, x, xOff, g, sums, sumsOff);
        } else {
            Conv2dLanesScalar.weightGradient(dw, dwOff, dy, dyOff, x, xOff, g, sums, sumsOff);
        }
    }

    /**
     * The input gradient for any stride: {@code dx[c, i s + u d - p, j s + v d - p] += Σ w[o,c,u,v] dy[o,i,j]}. For
     * stride 1, {@link #forward} over {@link ConvGeometry#transposed} and {@link #flip}ped weights is much faster.
     *
     * @param dx {@code [channels, height, width, 16]} from {@code dxOff}, overwritten
     */
    public static void inputGradient(
            float[] dx, int dxOff, float[] dy, int dyOff, float[] w, int wOff, ConvGeometry g) {
        if (Simd.AVAILABLE) {
            Conv2dLanesScatter.inputGradient(dx, dxOff, dy, dyOff, w, wOff, g);
        } else {
            Conv2dLanesScalar.inputGradient(dx, dxOff, dy, dyOff, w, wOff, g);
        }
    }

    /** {@code [o, c, u, v]} to {@code [c, o, kernelH-1-u, kernelW-1-v]}. */
    public static void flip(float[] out, int outOff, float[] w, int wOff, ConvGeometry g) {
        int taps = g.kernelH() * g.kernelW();
        for (int o = 0; o < g.filters(); o++) {
            for (int c = 0; c < g.channels(); c++) {
                int from = wOff + (o * g.channels() + c) * taps;
                int to = outOff + (c * g.filters() + o) * taps + taps - 1;
                for (int t = 0; t < taps; t++) {
                    out[to - t] = w[from + t];
                }
            }
        }
    }

    /** Copies {@code [planes, height, width, 16]} into the middle of a map with {@code padH}, {@code padW} zeros around. */
    public static void pad(
            float[] out, int outOff, float[] x, int xOff, int planes, int height, int width, int padH, int padW) {
        int row = width * Lanes.COUNT;
        int outRow = (width + 2 * padW) * Lanes.COUNT;
        int to = outOff;
        int from = xOff;
        for (int c = 0; c < planes; c++) {
            Arrays.fill(out, to, to + padH * outRow, 0f);
            to += padH * outRow;
            for (int i = 0; i < height; i++) {
                Arrays.fill(out, to, to + padW * Lanes.COUNT, 0f);
                System.arraycopy(x, from, out, to + padW * Lanes.COUNT, row);
                Arrays.fill(out, to + padW * Lanes.COUNT + row, to + outRow, 0f);
                to += outRow;
                from += row;
            }
            Arrays.fill(out, to, to + padH * outRow, 0f);
            to += padH * outRow;
        }
    }
}
