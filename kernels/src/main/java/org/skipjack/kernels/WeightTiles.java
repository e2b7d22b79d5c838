package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

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

    /** Columns that are written out without a loop. */
    private static final int SHORT_ROW = 5;

    /** Columns of a longer row that are written out in a loop over it. */
    private static final int LOOPED = Simd.FEW_REGISTERS ? 1 : 2;

    /** Products of a row that are written out, some 19 bytes each: with more every run of columns is a loop. */
    private static final int WRITTEN = Simd.FEW_REGISTERS ? 140 : 200;

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
        if (blocks(filters, Integer.MAX_VALUE) == 1) {
            map(code, sums, window, 4, 7);
        } else {
            code.loop(9, block -> map(code, sums, window, code.stridedBy(4, block, 5), code.stridedBy(7, block, 8)));
        }
        for (int o = 0; o < filters; o++) {
            for (int t = 0; t < sums[o].length; t++) {
                code.store(sums[o][t], 1, 2, (o * stride + t) * COUNT);
            }
        }
    }

    private void map(VectorCode code, int[][] sums, Window window, int dyMap, int xMap) {
        if (window.rows > 1) {
            wholeMap(code, sums, window, dyMap, xMap);
            return;
        }
        code.loop(10, row -> {
            int dy = code.strided(dyMap, row, g.outW() * COUNT);
            int x = code.strided(xMap, row, g.strideH() * g.width() * COUNT);
            row(code, sums, window, dy, x);
        });
    }

    /** All output rows, each in a loop of one round: the compiler would mix them and run out of registers. */
    private void wholeMap(VectorCode code, int[][] sums, Window window, int dyMap, int xMap) {
        for (int oy = 0; oy < g.outH(); oy++) {
            int dyRow = code.offset(dyMap, oy * g.outW() * COUNT);
            int xRow = code.offset(xMap, oy * g.strideH() * g.width() * COUNT);
            var kernelRows = kernelRows(oy);
            code.repeat(1, i -> {
                int dy = code.strided(dyRow, i, COUNT);
                int x = code.strided(xRow, i, COUNT);
                columns(code, sums, window, kernelRows, 0, g.outW(), dy, x);
            });
        }
    }

    private List<Integer> kernelRows(int oy) {
        int top = oy * g.strideH() - g.padH();
        return IntStream.range(0, g.kernelH())
                .filter(ky -> top + ky * g.dilationH() >= 0 && top + ky * g.dilationH() < g.height())
                .boxed()
                .toList();
    }

    /** One output row; {@code dy} is its first column, {@code x} what the kernel row's first tap sees there. */
    private void row(VectorCode code, int[][] sums, Window window, int dy, int x) {
        int most = written(window) * sums.length > WRITTEN ? 1 : SHORT_ROW;
        int done = 0;
        int end;
        for (int first = 0; first < g.outW(); first = end) {
            end = run(first, window);
            int unrolled = Math.min(unrolled(end - first), most);
            int rounds = met(first, window) == 0 ? 0 : (end - first) / unrolled;
            if (rounds > 1 || met(first, window) == window.columns * window.channels) {
                columns(code, sums, window, done, first, dy, x);
                done = first;
            }
            if (rounds > 1) {
                int from = first;
                int dyInner = code.offset(dy, first * COUNT);
                int xInner = code.offset(x, first * g.strideW() * COUNT);
                code.repeat(rounds, i -> {
                    int dyAt = code.strided(dyInner, i, unrolled * COUNT);
                    int xAt = code.strided(xInner, i, unrolled * g.strideW() * COUNT);
                    columns(code, sums, window, List.of(0), from, from + unrolled, dyAt, xAt);
                });
                done += rounds * unrolled;
            }
        }
        columns(code, sums, window, done, g.outW(), dy, x);
    }

    /** Columns of an output row whose first one lies at {@code dy} and {@code x}, written out. */
    private void columns(VectorCode code, int[][] sums, Window window, int from, int to, int dy, int x) {
        int dyFrom = code.offset(dy, from * COUNT);
        int xFrom = code.offset(x, from * g.strideW() * COUNT);
        columns(code, sums, window, List.of(0), from, to, dyFrom, xFrom);
    }

    /** Columns in the body of the loop over a row, which share what they load: all of a short row, else two. */
    private static int unrolled(int columns) {
        return columns <= SHORT_ROW ? Math.max(1, columns) : LOOPED;
    }

    /** Products of one filter with the columns of a row that no loop has. */
    private int written(Window window) {
        int products = 0;
        int end;
        for (int first = 0; first < g.outW(); first = end) {
            end = run(first, window);
            products += met(first, window) * (end - first <= SHORT_ROW ? end - first : LOOPED);
        }
        return products;
    }

    /** The first column after {@code first} that other taps of a window meet. */
    private int run(int first, Window window) {
        return IntStream.range(first + 1, g.outW())
                .filter(end -> !taps(window).allMatch(kx -> meets(end, kx) == meets(first, kx)))
                .findFirst()
                .orElse(g.outW());
    }

    /** Taps of a window that meet the map at an output column. */
    private int met(int column, Window window) {
        return window.channels
                * (int) taps(window).filter(kx -> meets(column, kx)).count();
    }

    private static IntStream taps(Window window) {
        return IntStream.range(window.column, window.column + window.columns);
    }

    private boolean meets(int column, int kx) {
        int ix = column * g.strideW() - g.padW() + kx * g.dilationW();
        return ix >= 0 && ix < g.width();
    }

    /** The columns from {@code from} to {@code to}, the first of which lies at {@code dy} and {@code x}. */
    private void columns(
            VectorCode code, int[][] sums, Window window, List<Integer> kernelRows, int from, int to, int dy, int x) {
        Map<Integer, Integer> inputs = new HashMap<>();
        for (int column = from; column < to; column++) {
            Map<Integer, Integer> met = new TreeMap<>();
            for (int t = 0; t < sums[0].length; t++) {
                int c = t / window.columns / window.rows;
                int ky = t / window.columns % window.rows;
                int kx = window.column + t % window.columns;
                if (kernelRows.contains(ky) && meets(column, kx)) {
                    int iy = c * g.height() + ky * g.dilationH();
                    int at = iy * g.width() + (column - from) * g.strideW() + kx * g.dilationW();
                    met.put(t, at * COUNT);
                }
            }
            int[] gradients = new int[met.isEmpty() ? 0 : sums.length];
            for (int o = 0; o < gradients.length; o++) {
                gradients[o] = (o * g.outH() * g.outW() + column - from) * COUNT;
            }
            if (Simd.FEW_REGISTERS) {
                inputs.clear();
            }
            if (!Simd.FEW_REGISTERS || met.size() <= gradients.length) {
                met.replaceAll((t, at) -> inputs.computeIfAbsent(at, k -> code.load(6, x, k)));
                for (int o = 0; o < gradients.length; o++) {
                    code.inOrder();
                    int gradient = code.load(3, dy, gradients[o]);
                    int[] sum = sums[o];
                    met.forEach((t, input) -> code.multiplyAdd(sum[t], gradient, input));
                }
            } else {
                Arrays.setAll(gradients, o -> code.load(3, dy, gradients[o]));
                met.forEach((t, at) -> {
                    code.inOrder();
                    int input = code.load(6, x, at);
                    for (int o = 0; o < gradients.length; o++) {
                        code.multiplyAdd(sums[o][t], gradients[o], input);
                    }
                });
            }
        }
    }
}
