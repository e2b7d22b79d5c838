package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

import java.util.ArrayList;
import java.util.List;

/**
 * The weights of a convolution as {@link Conv2dChannels} reads them, for each group of filters that are computed together,
 * then the numbers that the sums start from. Of a group they are {@code [channels, kernelH, kernelW, blocks, 16]}; where a tile is
 * a whole map, {@code [kernelH, kernelW, channels, blocks, 16]}: such a tile reads each weight once, from memory rather than
 * a cache, and many streams come faster than one.
 */
public final class ChannelWeights {
    /**
     * Filters that are computed together.
     *
     * @param first first block of filters
     * @param blocks number of blocks
     */
    record Group(int first, int blocks) {}

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

        private boolean isThere() {
            return gamma.array().length > 0;
        }

        /** What the filter's weights are multiplied by. */
        float scale(int filter, int filters) {
            if (!isThere()) {
                return 1;
            }
            float variance = statistics.array()[statistics.at() + filters + filter];
            return gamma.array()[gamma.at() + filter] * BatchNormLanes.inverseDeviation(variance, epsilon);
        }

        /** What the filter's sums start from, given the convolution's bias and {@link #scale}. */
        float start(int filter, Slice bias, float scale) {
            float b = bias.array().length > 0 ? bias.array()[bias.at() + filter] : 0f;
            if (!isThere()) {
                return b;
            }
            float mean = statistics.array()[statistics.at() + filter];
            return Math.fma(b - mean, scale, beta.array()[beta.at() + filter]);
        }
    }

    private final ConvGeometry g;
    private final boolean whole;
    private final List<Group> groups = new ArrayList<>();

    /** The layout for one convolution. */
    public ChannelWeights(ConvGeometry g) {
        this.g = g;
        this.whole = ChannelTiles.wholeMap(g);
        int first = 0;
        for (int blocks : ChannelTiles.groups(g)) {
            groups.add(new Group(first, blocks));
            first += blocks;
        }
    }

    /** Number of floats. */
    public int floats() {
        return ChannelBlocks.blocks(g.filters()) * COUNT * (g.taps() + 1);
    }

    /** Number of groups, which can be packed at the same time. */
    public int groups() {
        return groups.size();
    }

    Group group(int index) {
        return groups.get(index);
    }

    /** Where the weights of a group begin, from the first float of all. */
    int weights(Group group) {
        return group.first * COUNT * g.taps();
    }

    /** Floats from one channel to the next. */
    int step(int blocks) {
        return (whole ? 1 : g.kernelH() * g.kernelW()) * blocks * COUNT;
    }

    /** Where the weights of a tap of a channel begin, from the first of their group; taps are numbered by rows. */
    int at(int blocks, int channel, int tap) {
        return tap * (whole ? g.channels() : 1) * blocks * COUNT + channel * step(blocks);
    }

    /** Where the numbers lie that the sums of a group start from. */
    int starts(Group group) {
        return (ChannelBlocks.blocks(g.filters()) * g.taps() + group.first) * COUNT;
    }

    /**
     * Packs the weights of one group.
     *
     * @param to of {@link #floats}
     * @param w {@code [filters, channels, kernelH, kernelW]}
     * @param bias {@code [filters]}, or {@link Slice#NONE}
     * @param norm batch norm of the result, or {@link Norm#NONE}
     */
    public void pack(int index, Slice to, Slice w, Slice bias, Norm norm) {
        Group group = groups.get(index);
        int weights = to.at() + weights(group);
        int starts = to.at() + starts(group);
        int area = g.kernelH() * g.kernelW();
        for (int i = 0; i < group.blocks * COUNT; i++) {
            int filter = group.first * COUNT + i;
            boolean there = filter < g.filters();
            float scale = there ? norm.scale(filter, g.filters()) : 0f;
            to.array()[starts + i] = there ? norm.start(filter, bias, scale) : 0f;
            for (int tap = 0; tap < g.taps(); tap++) {
                int at = at(group.blocks, tap / area, tap % area);
                float weight = there ? w.array()[w.at() + filter * g.taps() + tap] * scale : 0f;
                to.array()[weights + at + i] = weight;
            }
        }
    }
}
