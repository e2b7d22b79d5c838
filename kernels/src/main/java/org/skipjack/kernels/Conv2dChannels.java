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
     * Filters that are computed together.
     *
     * @param first first block of filters
     * @param blocks number of blocks
     * @param map the kernel of the whole map, if one tile is that
     * @param row the kernels of an output row, else
     */
    private record Group(int first, int blocks, ChannelTiles.@Nullable Tile map, List<ChannelTiles.Placed> row) {}

    /**
     * Batch norm with given statistics, {@code (x - mean) gamma / √(variance + epsilon) + beta}, to be folded into weights.
     *
     * @param statistics {@code [2, filters]}, means above variances
     * @param gamma {@code [filters]}
     * @param beta {@code [filters]}
     * @param epsilon added to the variance inside the root
     */
    public record Norm(Slice statistics, Slice gamma, Slice beta, float epsilon) {
        /** Stands for a batch norm that is not there. */
        public static final Norm NONE = new Norm(Slice.NONE, Slice.NONE, Slice.NONE, 1);

        boolean isThere() {
            return gamma.array().length > 0;
        }

        float scale(int filter, int filters) {
            float variance = statistics.array()[statistics.at() + filters + filter];
            return gamma.array()[gamma.at() + filter] * BatchNormLanes.inverseDeviation(variance, epsilon);
        }

        float shift(int filter, float bias, float scale) {
            return Math.fma(
                    bias - statistics.array()[statistics.at() + filter], scale, beta.array()[beta.at() + filter]);
        }
    }

    private final ConvGeometry g;
    private final boolean blocked;
    private final boolean adding;
    private final boolean rectified;
    private final List<Group> groups = new ArrayList<>();
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
        int first = 0;
        for (int blocks : ChannelTiles.groups(g)) {
            var map = Simd.AVAILABLE && whole ? tiles.map(blocks) : null;
            groups.add(new Group(first, blocks, map, Simd.AVAILABLE && !whole ? tiles.row(blocks) : List.of()));
            first += blocks;
        }
        long flops = 2L * g.filters() * g.outH() * g.outW() * g.taps() / groups.size();
        this.bands = whole ? 1 : Math.clamp(flops / TASK, 1, g.outH());
    }

    /** Floats of packed weights. */
    public int packed() {
        return ChannelBlocks.blocks(g.filters()) * COUNT * (g.taps() + 1);
    }

    /** Number of tasks that {@link #pack} and {@link #run} are divided into at most. */
    public int groups() {
        return groups.size();
    }

    /** Number of tasks of {@link #run}. */
    public int tasks() {
        return groups.size() * bands;
    }

    /**
     * Packs the weights of one group: {@code [taps, blocks, 16]} for each group, then the numbers that sums start from.
     *
     * @param to of {@link #packed} floats
     * @param w {@code [filters, channels, kernelH, kernelW]}
     * @param bias {@code [filters]}, or {@link Slice#NONE}
     * @param norm batch norm of the result, or {@link Norm#NONE}
     */
    public void pack(int group, Slice to, Slice w, Slice bias, Norm norm) {
        Group part = groups.get(group);
        int weights = to.at() + part.first * COUNT * g.taps();
        int starts = to.at() + ChannelBlocks.blocks(g.filters()) * COUNT * g.taps();
        for (int i = 0; i < part.blocks * COUNT; i++) {
            int filter = part.first * COUNT + i;
            boolean there = filter < g.filters();
            float scale = there && norm.isThere() ? norm.scale(filter, g.filters()) : 1f;
            float b = there && bias.array().length > 0 ? bias.array()[bias.at() + filter] : 0f;
            to.array()[starts + filter] = there && norm.isThere() ? norm.shift(filter, b, scale) : b;
            for (int tap = 0; tap < g.taps(); tap++) {
                float weight = there ? w.array()[w.at() + filter * g.taps() + tap] * scale : 0f;
                to.array()[weights + tap * part.blocks * COUNT + i] = weight;
            }
        }
    }

    /**
     * Computes one task of one example.
     *
     * @param y {@code [filters / 16, outH, outW, 16]}
     * @param x {@code [channels / 16, height, width, 16]}, or {@code [channels, height, width]}
     * @param packed by {@link #pack}
     * @param added like {@code y}; not read if nothing is added
     */
    public void run(int task, Slice y, Slice x, Slice packed, Slice added) {
        if (!Simd.AVAILABLE) {
            scalar(task, y, x, packed, added);
            return;
        }
        Group part = groups.get(task / bands);
        if (part.map != null) {
            int map = part.first * g.outH() * g.outW() * COUNT;
            part.map.run(
                    y.array(),
                    y.at() + map,
                    x.array(),
                    x.at(),
                    packed.array(),
                    weights(part, packed),
                    packed.array(),
                    start(part, packed),
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

    private int weights(Group part, Slice packed) {
        return packed.at() + part.first * COUNT * g.taps();
    }

    private int start(Group part, Slice packed) {
        return packed.at() + (ChannelBlocks.blocks(g.filters()) * g.taps() + part.first) * COUNT;
    }

    private void row(Group part, int oy, Slice y, Slice x, Slice packed, Slice added) {
        int top = oy * g.strideH() - g.padH();
        int first = g.firstRow(top);
        int rows = g.rows(top);
        int pixel = blocked ? COUNT : 1;
        int from = x.at() + ((top + first * g.dilationH()) * g.width() - g.padW()) * pixel;
        int weights = weights(part, packed) + first * g.kernelW() * part.blocks * COUNT;
        int start = start(part, packed);
        int to = (part.first * g.outH() + oy) * g.outW() * COUNT;
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
        Group part = groups.get(task / bands);
        int band = task % bands;
        int plane = g.outH() * g.outW();
        for (int oy = band * g.outH() / bands; oy < (band + 1) * g.outH() / bands; oy++) {
            for (int ox = 0; ox < g.outW(); ox++) {
                for (int i = 0; i < part.blocks * COUNT; i++) {
                    int block = part.first + i / COUNT;
                    int at = (block * plane + oy * g.outW() + ox) * COUNT + i % COUNT;
                    float sum = scalar(part, i, oy, ox, x, packed);
                    sum = adding ? sum + added.array()[added.at() + at] : sum;
                    y.array()[y.at() + at] = rectified ? Math.max(sum, 0f) : sum;
                }
            }
        }
    }

    private float scalar(Group part, int filter, int oy, int ox, Slice x, Slice packed) {
        float sum = packed.array()[start(part, packed) + filter];
        int weights = weights(part, packed) + filter;
        int plane = g.height() * g.width();
        for (int tap = 0; tap < g.taps(); tap++) {
            int c = tap / (g.kernelH() * g.kernelW());
            int iy = oy * g.strideH() - g.padH() + tap / g.kernelW() % g.kernelH() * g.dilationH();
            int ix = ox * g.strideW() - g.padW() + tap % g.kernelW() * g.dilationW();
            if (iy >= 0 && iy < g.height() && ix >= 0 && ix < g.width()) {
                int pixel = iy * g.width() + ix;
                int at = blocked ? (c / COUNT * plane + pixel) * COUNT + c % COUNT : c * plane + pixel;
                sum = Math.fma(packed.array()[weights + tap * part.blocks * COUNT], x.array()[x.at() + at], sum);
            }
        }
        return sum;
    }
}
