package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

import java.util.ArrayList;
import java.util.List;

/**
 * The weights of a convolution as {@link WinogradChannels} reads them: transformed filters {@code [points, channels, blocks, 16]}
 * for each group of filters that are computed together, then the numbers that the results start from.
 */
public final class WinogradChannelWeights {
    /** Most blocks of filters of a group. */
    static final int BLOCKS = 2;

    private static final int KERNEL = 3;
    static final int TAPS = KERNEL * KERNEL;

    private final ConvGeometry g;
    private final WinogradTile tile;
    private final List<ChannelWeights.Group> groups = new ArrayList<>();

    /** The layout for one convolution, which {@link WinogradChannels#fits}. */
    public WinogradChannelWeights(ConvGeometry g) {
        this.g = g;
        this.tile = WinogradTile.ofExample(g.outH(), g.outW());
        int first = 0;
        for (int blocks : ConvTiles.portions(g.filters() / COUNT, BLOCKS)) {
            groups.add(new ChannelWeights.Group(first, blocks));
            first += blocks;
        }
    }

    /** Number of floats. */
    public int floats() {
        return g.filters() * (tile.points() * g.channels() + 1);
    }

    /** Number of groups, which can be packed at the same time. */
    public int groups() {
        return groups.size();
    }

    /** Floats of scratch that {@link #pack} needs. */
    public int scratch() {
        return (TAPS + tile.points()) * COUNT;
    }

    ChannelWeights.Group group(int index) {
        return groups.get(index);
    }

    /** Where the filters of a group begin for one point, from the first float of all. */
    int weights(ChannelWeights.Group group, int point) {
        return (group.first() * tile.points() + point * group.blocks()) * COUNT * g.channels();
    }

    /** Where the numbers lie that the results of a block start from. */
    int starts(int block) {
        return g.filters() * tile.points() * g.channels() + block * COUNT;
    }

    /**
     * Transforms and packs the filters of one group.
     *
     * @param to of {@link #floats}
     * @param w {@code [filters, channels, 3, 3]}
     * @param bias {@code [filters]}, or {@link Slice#NONE}
     * @param norm batch norm of the result, or {@link ChannelWeights.Norm#NONE}
     * @param scratch {@link #scratch} floats
     */
    public void pack(int index, Slice to, Slice w, Slice bias, ChannelWeights.Norm norm, Slice scratch) {
        var group = groups.get(index);
        float[] scale = new float[COUNT];
        for (int b = 0; b < group.blocks(); b++) {
            int block = group.first() + b;
            for (int l = 0; l < COUNT; l++) {
                int filter = block * COUNT + l;
                scale[l] = norm.scale(filter, g.filters());
                to.array()[to.at() + starts(block) + l] = norm.start(filter, bias, scale[l]);
            }
            for (int c = 0; c < g.channels(); c++) {
                taps(block, c, w, scale, scratch);
                int at = to.at() + weights(group, 0) + (c * group.blocks() + b) * COUNT;
                transform(to.array(), at, g.channels() * group.blocks() * COUNT, scratch);
            }
        }
    }

    /** The taps of a channel for the filters of a block, side by side. */
    private void taps(int block, int channel, Slice w, float[] scale, Slice scratch) {
        for (int l = 0; l < COUNT; l++) {
            int from = w.at() + ((block * COUNT + l) * g.channels() + channel) * TAPS;
            for (int t = 0; t < TAPS; t++) {
                scratch.array()[scratch.at() + t * COUNT + l] = w.array()[from + t] * scale[l];
            }
        }
    }

    private void transform(float[] to, int at, int plane, Slice scratch) {
        float[] s = scratch.array();
        int from = scratch.at();
        int between = from + TAPS * COUNT;
        int row = KERNEL * COUNT;
        tile.filter().run(to, at, tile.side() * plane, plane, s, from, row, COUNT, s, between, 0f);
    }
}
