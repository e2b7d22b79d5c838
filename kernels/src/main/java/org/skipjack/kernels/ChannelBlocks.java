package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

/**
 * The layout of single examples in batches too small for {@link Lanes}: 16 channels side by side,
 * {@code [channels / 16][pixels][16]}. Element {@code i} of channel {@code c} lies at {@code (c / 16 * pixels + i) * 16 + c % 16}.
 * Lanes beyond the last channel hold numbers that nobody reads.
 *
 * <p>An op that treats all channels alike, such as pooling, is the same loop as on a block of {@link Lanes} whose channels are
 * the blocks of this layout.
 */
public final class ChannelBlocks {
    private ChannelBlocks() {}

    /** Number of blocks. */
    public static int blocks(int channels) {
        return Lanes.blocks(channels);
    }

    /**
     * Brings some blocks of an example here.
     *
     * @param y {@code [blocks, pixels, 16]}
     * @param x {@code [channels, pixels]}
     * @param first first block
     * @param end block after the last
     */
    public static void fromRows(Slice y, Slice x, int channels, int pixels, int first, int end) {
        for (int c = first * COUNT; c < Math.min(channels, end * COUNT); c++) {
            int to = y.at() + c / COUNT * pixels * COUNT + c % COUNT;
            int from = x.at() + c * pixels;
            for (int i = 0; i < pixels; i++) {
                y.array()[to + i * COUNT] = x.array()[from + i];
            }
        }
    }

    /** The way back: {@code y} is {@code [channels, pixels]}, {@code x} is {@code [blocks, pixels, 16]}. */
    public static void toRows(Slice y, Slice x, int channels, int pixels, int first, int end) {
        for (int c = first * COUNT; c < Math.min(channels, end * COUNT); c++) {
            int from = x.at() + c / COUNT * pixels * COUNT + c % COUNT;
            int to = y.at() + c * pixels;
            for (int i = 0; i < pixels; i++) {
                y.array()[to + i] = x.array()[from + i * COUNT];
            }
        }
    }

    /** Batch norm of one block: {@code y} and {@code x} are {@code [pixels, 16]} of block {@code block}. */
    public static void normalize(Slice y, Slice x, ChannelWeights.Norm norm, int block, int channels, int pixels) {
        var scale = new float[COUNT];
        var shift = new float[COUNT];
        for (int l = 0; l < Math.min(COUNT, channels - block * COUNT); l++) {
            scale[l] = norm.scale(block * COUNT + l, channels);
            shift[l] = norm.start(block * COUNT + l, Slice.NONE, scale[l]);
        }
        for (int i = 0; i < pixels * COUNT; i += COUNT) {
            for (int l = 0; l < COUNT; l++) {
                y.array()[y.at() + i + l] = Math.fma(x.array()[x.at() + i + l], scale[l], shift[l]);
            }
        }
    }
}
