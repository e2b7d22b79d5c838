package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * 2-D convolution of single examples in {@link ChannelBlocks}, {@code y = relu(b[o] + Σ w[o,c,u,v] x[c, i s + u d - p,
 * j s + v d - p] + added)}, where the addition and the ReLU may be missing. Weights are packed beforehand.
 */
public final class Conv2dChannels {
    /** Floating-point operations of a task: some microseconds, beside which claiming it costs nothing. */
    static final long TASK = 700_000;

    /**
     * Filters that are computed together, and how.
     *
     * @param map the kernel of the whole map, if one tile is that
     * @param row the kernels of an output row, else
     */
    private record Part(ChannelWeights.Group group, ChannelTiles.@Nullable Tile map, List<ChannelTiles.Placed> row) {
        int first() {
            return group.first();
        }

        int blocks() {
            return group.blocks();
        }
    }

    private final ConvGeometry g;
    private final boolean blocked;
    private final boolean adding;
    private final boolean rectified;
    private final ChannelWeights layout;
    private final List<Part> parts = new ArrayList<>();
    private final int bands;

    /**
     * The kernels of a convolution.
     *
     * @param blocked whether the input lies in {@link ChannelBlocks}; else it is {@code [channels, height, width]}
     * @param adding whether something is added
     * @param rectified whether a ReLU comes last
     */
    public Conv2dChannels(ConvGeometry g, boolean blocked, boolean adding, boolean rectified) {
        this.g = g;
        this.blocked = blocked;
        this.adding = adding;
        this.rectified = rectified;
        var tiles = new ChannelTiles(g, blocked, adding, rectified);
        boolean whole = ChannelTiles.wholeMap(g);
        this.layout = new ChannelWeights(g);
        for (int i = 0; i < layout.groups(); i++) {
            var group = layout.group(i);
            var map = Simd.AVAILABLE && whole ? tiles.map(group.blocks()) : null;
            parts.add(new Part(group, map, Simd.AVAILABLE && !whole ? tiles.row(group.blocks()) : List.of()));
        }
        long flops = 2L * g.filters() * g.outH() * g.outW() * g.taps() / parts.size();
        this.bands = whole ? 1 : Math.clamp(flops / TASK, 1, g.outH());
    }

    /** Number of tasks of {@link #run}. */
    public int tasks() {
        return parts.size() * bands;
    }

    /**
     * Computes one task of one example.
     *
     * @param y {@code [filters / 16, outH, outW, 16]}
     * @param x {@code [channels / 16, height, width, 16]}, or {@code [channels, height, width]}
     * @param packed the weights, by {@link ChannelWeights#pack}
     * @param added like {@code y}; not read if nothing is added
     */
    public void run(int task, Slice y, Slice x, Slice packed, Slice added) {
        if (!Simd.AVAILABLE) {
            scalar(task, y, x, packed, added);
            return;
        }
        Part part = parts.get(task / bands);
        if (part.map != null) {
            int map = part.first() * g.outH() * g.outW() * COUNT;
            part.map.run(
                    y.array(),
                    y.at() + map,
                    x.array(),
                    x.at(),
                    packed.array(),
                    packed.at() + layout.weights(part.group),
                    packed.array(),
                    packed.at() + layout.starts(part.group),
                    added.array(),
                    added.at() + map,
                    g.kernelH());
            return;
        }
        int band = task % bands;
        for (int oy = band * g.outH() / bands; oy < (band + 1) * g.outH() / bands; oy++) {
            row(part, oy, y, x, packed, added);
        }
    }

    private void row(Part part, int oy, Slice y, Slice x, Slice packed, Slice added) {
        int top = oy * g.strideH() - g.padH();
        int first = g.firstRow(top);
        int rows = g.rows(top);
        int pixel = blocked ? COUNT : 1;
        int from = x.at() + ((top + first * g.dilationH()) * g.width() - g.padW()) * pixel;
        int weights = packed.at() + layout.weights(part.group) + first * g.kernelW() * part.blocks() * COUNT;
        int start = packed.at() + layout.starts(part.group);
        int to = (part.first() * g.outH() + oy) * g.outW() * COUNT;
        for (int i = 0; i < part.row.size(); i++) {
            var placed = part.row.get(i);
            int pixels = to + placed.column() * COUNT;
            placed.tile()
                    .run(
                            y.array(),
                            y.at() + pixels,
                            x.array(),
                            from + placed.column() * g.strideW() * pixel,
                            packed.array(),
                            weights,
                            packed.array(),
                            start,
                            added.array(),
                            added.at() + pixels,
                            rows);
        }
    }

    /** Scalar twin of {@link #run}: the same sums in the same order. */
    void scalar(int task, Slice y, Slice x, Slice packed, Slice added) {
        Part part = parts.get(task / bands);
        int band = task % bands;
        int plane = g.outH() * g.outW();
        for (int oy = band * g.outH() / bands; oy < (band + 1) * g.outH() / bands; oy++) {
            for (int ox = 0; ox < g.outW(); ox++) {
                for (int i = 0; i < part.blocks() * COUNT; i++) {
                    int block = part.first() + i / COUNT;
                    int at = (block * plane + oy * g.outW() + ox) * COUNT + i % COUNT;
                    float sum = scalar(part, i, oy, ox, x, packed);
                    sum = adding ? sum + added.array()[added.at() + at] : sum;
                    y.array()[y.at() + at] = rectified ? Math.max(sum, 0f) : sum;
                }
            }
        }
    }

    private float scalar(Part part, int filter, int oy, int ox, Slice x, Slice packed) {
        float sum = packed.array()[packed.at() + layout.starts(part.group) + filter];
        int weights = packed.at() + layout.weights(part.group) + filter;
        int plane = g.height() * g.width();
        for (int tap = 0; tap < g.taps(); tap++) {
            int area = g.kernelH() * g.kernelW();
            int c = tap / area;
            int iy = oy * g.strideH() - g.padH() + tap / g.kernelW() % g.kernelH() * g.dilationH();
            int ix = ox * g.strideW() - g.padW() + tap % g.kernelW() * g.dilationW();
            if (iy >= 0 && iy < g.height() && ix >= 0 && ix < g.width()) {
                int pixel = iy * g.width() + ix;
                int at = blocked ? (c / COUNT * plane + pixel) * COUNT + c % COUNT : c * plane + pixel;
                sum = Math.fma(
                        packed.array()[weights + layout.at(part.blocks(), c, tap % area)], x.array()[x.at() + at], sum);
            }
        }
        return sum;
    }
}
