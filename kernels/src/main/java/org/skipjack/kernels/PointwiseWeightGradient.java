package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Weight gradient of a convolution with kernels of 1x1: a product of two matrices, {@code dw[o, c] = Σ dy[o, p, l] x[c, p, l]} over
 * pixels and lanes of all blocks. The input is turned to {@code [pixel and lane, channel]}, a few pixels at a time, so that channels
 * fill the vectors and no lanes have to be joined. Divided into groups of channels.
 */
final class PointwiseWeightGradient {
    /** Channels of a group: a panel of two vectors. */
    private static final int PANEL = 2 * COUNT;

    /** Pixels that are turned at a time: with 32 channels half of a first-level cache. */
    private static final int PIXELS = 8;

    private static final Map<ConvGeometry, PointwiseWeightGradient> KNOWN = new ConcurrentHashMap<>();

    private final ConvGeometry g;
    private final List<Integer> portions;
    private final PanelProduct[] whole;
    private final PanelProduct[] last;

    private PointwiseWeightGradient(ConvGeometry g) {
        this.g = g;
        this.portions = ConvTiles.portions(g.outH() * g.outW(), PIXELS);
        this.whole = products(Math.min(PANEL, g.channels()));
        this.last = products(channels(g, groups(g) - 1));
    }

    /** By the number of pixels that they sum over. */
    private PanelProduct[] products(int columns) {
        int filter = g.outH() * g.outW() * COUNT;
        var products = new PanelProduct[portions.getFirst() + 1];
        for (int pixels : portions) {
            if (products[pixels] == null) {
                products[pixels] = new PanelProduct(
                        columns, g.filters(), pixels * COUNT, filter, g.channels(), /* adding= */ true);
            }
        }
        return products;
    }

    /** Whether a convolution's weight gradient is computed so: kernels of 1x1, no padding, channels in sixteens. */
    static boolean fits(ConvGeometry g) {
        return g.kernelH() * g.kernelW() == 1 && g.padH() == 0 && g.padW() == 0 && g.channels() % COUNT == 0;
    }

    static PointwiseWeightGradient of(ConvGeometry g) {
        return KNOWN.computeIfAbsent(g, PointwiseWeightGradient::new);
    }

    /** Number of groups, which can be computed at the same time. */
    static int groups(ConvGeometry g) {
        return Math.ceilDiv(g.channels(), PANEL);
    }

    /** Floats of scratch that {@link #run} needs. */
    static int scratch() {
        return PIXELS * COUNT * PANEL;
    }

    private static int channels(ConvGeometry g, int group) {
        return Math.min(PANEL, g.channels() - group * PANEL);
    }

    /** The channels of a group. Parameters as those of {@link Conv2dLanes#weightGradient}. */
    void run(float[] dw, int dwOff, Maps dy, Maps x, int blocks, int group, float[] panel, int panelOff) {
        sum(dw, dwOff, dy, x, blocks, group, panel, panelOff, true);
    }

    /** Scalar twin. */
    void scalar(float[] dw, int dwOff, Maps dy, Maps x, int blocks, int group, float[] panel, int panelOff) {
        sum(dw, dwOff, dy, x, blocks, group, panel, panelOff, false);
    }

    private void sum(
            float[] dw,
            int dwOff,
            Maps dy,
            Maps x,
            int blocks,
            int group,
            float[] panel,
            int panelOff,
            boolean vectors) {
        int channels = channels(g, group);
        PanelProduct[] products = group == groups(g) - 1 ? last : whole;
        int to = dwOff + group * PANEL;
        for (int o = 0; o < g.filters(); o++) {
            Arrays.fill(dw, to + o * g.channels(), to + o * g.channels() + channels, 0f);
        }
        int plane = g.height() * g.width() * COUNT;
        for (int b = 0; b < blocks; b++) {
            int from = x.at() + b * x.stride() + group * PANEL * plane;
            int gradient = dy.at() + b * dy.stride();
            int pixel = 0;
            for (int pixels : portions) {
                for (int p = 0; p < pixels; p++) {
                    int in = from + input(pixel + p) * COUNT;
                    LayoutLanes.transpose(
                            panel, panelOff + p * COUNT * channels, channels, x.array(), in, plane, channels);
                }
                if (vectors) {
                    products[pixels].run(dw, to, dy.array(), gradient + pixel * COUNT, panel, panelOff);
                } else {
                    products[pixels].scalar(dw, to, dy.array(), gradient + pixel * COUNT, panel, panelOff);
                }
                pixel += pixels;
            }
        }
    }

    /** The input's pixel that an output's pixel is computed from. */
    private int input(int pixel) {
        return pixel / g.outW() * g.strideH() * g.width() + pixel % g.outW() * g.strideW();
    }
}
