package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The code of one convolution's weight gradient: a tile is a window of taps of a kernel's row, by as many filters as leave the
 * sums in registers; it sweeps over output rows and gives a vector of 16 sums for each weight. The only tap of a kernel is a
 * window for two channels. A tile goes on with sums from memory, so that a sweep can be over the few output rows that stay in
 * the first-level cache for the next window and channel. Taps that meet padding are left out.
 */
final class WeightTiles {
    /** Sums of a tile. With more, the compiler runs out of 32 registers: 24 are slower by half. Of 16, inputs want some too. */
    private static final int MOST_SUMS = Simd.FEW_REGISTERS ? 10 : 18;

    /** Floats of sums before their lanes are joined: half of a first-level cache. */
    private static final int SUMS = 6 << 10;

    /** Floats of the output gradient that a sweep is over: half of a first-level cache. */
    private static final int BAND = Simd.FEW_REGISTERS ? 4 << 10 : 6 << 10;

    /** Floats of input that a group of filters passes over again and again: half of a second-level cache. */
    private static final int INPUTS = 128 << 10;

    private static final int GROUP = 32;
    private static final int TAPS = Simd.FEW_REGISTERS ? 5 : 6;

    private static final int TINY_KERNEL = 10;

    /** Products that are written out without a loop: of two filters. C1 gives up on tiles of twice as much code. */
    private static final int TINY_MAP = 50;

    private static final MethodType PARAMETERS = MethodType.methodType(
            void.class,
            float[].class,
            int.class,
            float[].class,
            int.class,
            int.class,
            float[].class,
            int.class,
            int.class,
            int.class,
            int.class);

    /** One sweep over output rows. */
    interface Tile {
        /**
         * Adds to the sums that are there.
         *
         * @param sums {@code [filters, channels at a time, kernelH, kernelW, 16]}, the tile's first weight at {@code s0}
         * @param dy output gradient, the first row of the tile's first filter at {@code dy0}
         * @param x input, what the kernel row's first tap sees there at {@code x0}, which may be left of the map
         * @param blocks number of blocks summed over, {@code dyBlock} and {@code xBlock} apart
         * @param rows number of output rows
         */
        void run(
                float[] sums,
                int s0,
                float[] dy,
                int dy0,
                int dyBlock,
                float[] x,
                int x0,
                int xBlock,
                int blocks,
                int rows);
    }

    /** Some taps of a kernel for one or two channels: {@code rows} whole rows, or some columns of one row. */
    record Window(int channels, int row, int rows, int column, int columns) {}

    /**
     * The tiles of a few filters, one for each window of {@link #windows}.
     *
     * @param filter first filter
     * @param filters number of filters
     */
    record Placed(int filter, int filters, List<Tile> tiles) {}

    private final ConvGeometry g;
    private final Map<List<Integer>, Tile> known = new HashMap<>();
    private final List<Window> windows;
    private final List<List<Placed>> groups = new ArrayList<>();

    WeightTiles(ConvGeometry g) {
        this.g = g;
        this.windows = windows(g);
        int filter = 0;
        for (int group : groups(g)) {
            var placed = new ArrayList<Placed>();
            for (int filters : ConvTiles.portions(group, filters(g))) {
                placed.add(new Placed(
                        filter,
                        filters,
                        windows.stream().map(w -> tile(filters, w)).toList()));
                filter += filters;
            }
            groups.add(placed);
        }
    }

    /** The tiles of one group of filters. */
    List<Placed> group(int index) {
        return groups.get(index);
    }

    /** The windows that make up the kernel. */
    List<Window> windows() {
        return windows;
    }

    /** Whether a tile is the kernel and sweeps over the whole map: if that is so little that it needs no loop. */
    private static boolean whole(ConvGeometry g) {
        int taps = g.kernelH() * g.kernelW();
        if (g.kernelH() == 1 || taps > TINY_KERNEL) {
            return false;
        }
        int products = products(g);
        return products <= TINY_MAP && products * (MOST_SUMS / taps) <= 2 * TINY_MAP;
    }

    /** Products of one channel and one filter with what lies in the map, of one example. */
    private static int products(ConvGeometry g) {
        int rows = met(g.kernelH(), g.outH(), g.height(), g.strideH(), g.padH(), g.dilationH());
        return rows * met(g.kernelW(), g.outW(), g.width(), g.strideW(), g.padW(), g.dilationW());
    }

    private static int met(int kernel, int outputs, int size, int stride, int pad, int dilation) {
        int met = 0;
        for (int i = 0; i < outputs; i++) {
            for (int k = 0; k < kernel; k++) {
                int at = i * stride - pad + k * dilation;
                met += at >= 0 && at < size ? 1 : 0;
            }
        }
        return met;
    }

    private static List<Window> windows(ConvGeometry g) {
        if (whole(g)) {
            return List.of(new Window(1, 0, g.kernelH(), 0, g.kernelW()));
        }
        var windows = new ArrayList<Window>();
        for (int row = 0; row < g.kernelH(); row++) {
            int column = 0;
            for (int columns : ConvTiles.portions(g.kernelW(), TAPS)) {
                windows.add(new Window(channelsOfWindow(g), row, 1, column, columns));
                column += columns;
            }
        }
        return windows;
    }

    private static int channelsOfWindow(ConvGeometry g) {
        return g.kernelH() * g.kernelW() == 1 && g.channels() % 2 == 0 ? 2 : 1;
    }

    /**
     * Filters of the largest tile: what fills the registers, or a little less if all tiles are as large then. Asked at each
     * call.
     */
    static int filters(ConvGeometry g) {
        int taps = channelsOfWindow(g) * Math.ceilDiv(g.kernelW(), Math.ceilDiv(g.kernelW(), TAPS));
        if (whole(g)) {
            taps = g.kernelH() * g.kernelW();
        }
        int most = Math.min(g.filters(), MOST_SUMS / taps);
        for (int filters = most; 2 * filters > most && !Simd.FEW_REGISTERS; filters--) {
            if (g.filters() % filters == 0) {
                return filters;
            }
        }
        return most;
    }

    /** Numbers of filters that pass together over the channels, which the first caches hold meanwhile. */
    static List<Integer> groups(ConvGeometry g) {
        return ConvTiles.portions(g.filters(), Math.ceilDiv(GROUP, filters(g)) * filters(g));
    }

    /**
     * Channels whose sums are kept before their lanes are joined: as many as fit half of a first-level cache, so that joining
     * finds them there.
     */
    static int channels(ConvGeometry g) {
        int each = channelsOfWindow(g);
        int floats = filters(g) * g.kernelH() * g.kernelW() * COUNT;
        return Math.max(1, Math.min(g.channels(), SUMS / floats) / each) * each;
    }

    /** Channels that a group of filters passes over at a time, so that the caches still hold them for the next filters. */
    int channels(int blocks) {
        int each = channelsOfWindow(g);
        int channels = INPUTS / (g.height() * g.width() * COUNT * blocks);
        return Math.max(1, Math.min(channels(g), channels) / each) * each;
    }

    /** Blocks of a sweep. */
    int blocks(int filters, int blocks) {
        return Math.clamp(BAND / (filters * Math.max(1, g.outH() * g.outW()) * COUNT), 1, blocks);
    }

    /** Output rows of a sweep over as many blocks. */
    int rows(int filters) {
        return Math.max(1, BAND / (filters * Math.max(1, g.outW()) * COUNT));
    }

    /** First output row for which a window's first row lies in the map. */
    int firstRow(Window window) {
        return window.rows > 1 ? 0 : Math.max(0, Math.ceilDiv(g.padH() - window.row * g.dilationH(), g.strideH()));
    }

    /** Beyond the last output row for which a window's first row lies in the map. */
    int endRow(Window window) {
        if (window.rows > 1) {
            return g.outH();
        }
        int last = g.height() - 1 + g.padH() - window.row * g.dilationH();
        return last < 0 ? 0 : Math.min(g.outH(), last / g.strideH() + 1);
    }

    private Tile tile(int filters, Window window) {
        return known.computeIfAbsent(
                List.of(filters, window.column, window.columns),
                k -> VectorCode.instance(
                        "weight gradient, " + filters + " filters, " + window + " of " + g,
                        Tile.class,
                        PARAMETERS,
                        code -> write(code, filters, window)));
    }

    /** Parameters by slot: sums 1, s0 2, dy 3, dy0 4, dyBlock 5, x 6, x0 7, xBlock 8, blocks 9, rows 10. */
    private void write(VectorCode code, int filters, Window window) {
        int stride = channels(g) * g.kernelH() * g.kernelW();
        int[][] sums = new int[filters][window.channels * window.rows * window.columns];
        for (int o = 0; o < filters; o++) {
            for (int t = 0; t < sums[o].length; t++) {
                sums[o][t] = code.load(1, 2, (o * stride + t) * COUNT);
            }
        }
        var products = new WeightProducts(code, g, window, sums);
        if (blocks(filters, Integer.MAX_VALUE) == 1) {
            products.map(4, 7);
        } else {
            code.loop(9, block -> products.map(code.stridedBy(4, block, 5), code.stridedBy(7, block, 8)));
        }
        for (int o = 0; o < filters; o++) {
            for (int t = 0; t < sums[o].length; t++) {
                code.store(sums[o][t], 1, 2, (o * stride + t) * COUNT);
            }
        }
    }
}
