package org.skipjack.kernels;

import static java.util.Objects.requireNonNull;
import static org.skipjack.kernels.Lanes.COUNT;

import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The code of one convolution's weight gradient: a tile is a window of taps by as many filters as leave the sums in
 * registers; it sweeps over the output map and gives a vector of 16 sums for each weight. A small kernel is one window, so
 * that its few filters stay in the first-level cache over all channels; of a large one each row is a window of its own. Taps
 * that meet padding are left out.
 */
final class WeightTiles {
    private static final int REGISTERS = 20;
    private static final int SUMS = 6 << 10;
    private static final int WHOLE_KERNEL = 10;
    private static final int TAPS = 6;
    private static final int WHOLE_ROW = 200;
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
            int.class);

    /** One sweep over the output maps. */
    interface Tile {
        /**
         * Sums up.
         *
         * @param sums {@code [filters, channels at a time, kernelH, kernelW, 16]}, the tile's first weight at {@code s0}
         * @param dy output gradient, the tile's first filter at {@code dy0}
         * @param x input, the channel's first element at {@code x0}
         * @param blocks number of blocks summed over, {@code dyBlock} and {@code xBlock} apart
         */
        void run(float[] sums, int s0, float[] dy, int dy0, int dyBlock, float[] x, int x0, int xBlock, int blocks);
    }

    /** Some taps of a kernel: rows from {@code row}, columns from {@code column}. */
    private record Window(int row, int rows, int column, int columns) {}

    /**
     * A tile with its place.
     *
     * @param filter first filter
     * @param filters number of filters
     * @param tap first tap of the kernel
     */
    record Placed(int filter, int filters, int tap, Tile tile) {}

    /** Output rows, one after the other, whose window meets the map with the same kernel rows. */
    private record Band(int first, int count, List<Integer> kernelRows) {}

    private final ConvGeometry g;
    private final Map<List<Object>, Tile> known = new HashMap<>();

    private final List<List<Placed>> groups = new ArrayList<>();
    private final int channelsAtATime;

    WeightTiles(ConvGeometry g) {
        this.g = g;
        this.channelsAtATime = channels(g);
        int filter = 0;
        for (int filters : ConvTiles.portions(g.filters(), filters(g))) {
            var group = new ArrayList<Placed>();
            for (Window window : windows(g)) {
                int tap = window.row * g.kernelW() + window.column;
                group.add(new Placed(filter, filters, tap, tile(filters, window)));
            }
            groups.add(group);
            filter += filters;
        }
    }

    /** The tiles that make up the kernel for one group of filters. */
    List<Placed> group(int index) {
        return groups.get(index);
    }

    /** Channels whose sums are kept before their lanes are joined. */
    int channelsAtATime() {
        return channelsAtATime;
    }

    private static List<Window> windows(ConvGeometry g) {
        if (g.kernelH() * g.kernelW() <= WHOLE_KERNEL) {
            return List.of(new Window(0, g.kernelH(), 0, g.kernelW()));
        }
        var windows = new ArrayList<Window>();
        for (int row = 0; row < g.kernelH(); row++) {
            int column = 0;
            for (int columns : ConvTiles.portions(g.kernelW(), TAPS)) {
                windows.add(new Window(row, 1, column, columns));
                column += columns;
            }
        }
        return windows;
    }

    /** Filters of the largest tile, whose window is the kernel or the widest part of a row. Asked at each call. */
    static int filters(ConvGeometry g) {
        int taps = g.kernelH() * g.kernelW();
        if (taps > WHOLE_KERNEL) {
            taps = Math.ceilDiv(g.kernelW(), Math.ceilDiv(g.kernelW(), TAPS));
        }
        return Math.max(1, Math.min(g.filters(), REGISTERS / taps));
    }

    /**
     * Channels whose sums are kept before their lanes are joined: as many as fit half of a first-level cache, so that joining
     * finds them there.
     */
    static int channels(ConvGeometry g) {
        int floats = filters(g) * g.kernelH() * g.kernelW() * COUNT;
        return Math.max(1, Math.min(g.channels(), SUMS / floats));
    }

    private Tile tile(int filters, Window window) {
        return known.computeIfAbsent(
                List.of(filters, window),
                k -> VectorCode.instance(Tile.class, PARAMETERS, code -> write(code, filters, window)));
    }

    /** Parameters by slot: sums 1, s0 2, dy 3, dy0 4, dyBlock 5, x 6, x0 7, xBlock 8, blocks 9. */
    private void write(VectorCode code, int filters, Window window) {
        int[][] sums = new int[filters][g.kernelH() * g.kernelW()];
        for (int o = 0; o < filters; o++) {
            for (int t : taps(window)) {
                sums[o][t] = code.zero();
            }
        }
        code.loop(9, block -> {
            int dyMap = code.stridedBy(4, block, 5);
            int xMap = code.offset(code.stridedBy(7, block, 8), -(g.padH() * g.width() + g.padW()) * COUNT);
            for (Band band : bands(window)) {
                int dyBand = code.offset(dyMap, band.first * g.outW() * COUNT);
                int xBand = code.offset(xMap, band.first * g.strideH() * g.width() * COUNT);
                code.repeat(band.count, row -> {
                    int dy = code.strided(dyBand, row, g.outW() * COUNT);
                    int x = code.strided(xBand, row, g.strideH() * g.width() * COUNT);
                    row(code, sums, window, band.kernelRows, dy, x);
                });
            }
        });
        int stride = channelsAtATime * g.kernelH() * g.kernelW();
        int first = window.row * g.kernelW() + window.column;
        for (int o = 0; o < filters; o++) {
            for (int t : taps(window)) {
                code.store(sums[o][t], 1, 2, (o * stride + t - first) * COUNT);
            }
        }
    }

    private List<Integer> taps(Window window) {
        return IntStream.range(0, g.kernelH() * g.kernelW())
                .filter(t -> t / g.kernelW() >= window.row
                        && t / g.kernelW() < window.row + window.rows
                        && t % g.kernelW() >= window.column
                        && t % g.kernelW() < window.column + window.columns)
                .boxed()
                .toList();
    }

    private List<Band> bands(Window window) {
        var bands = new ArrayList<Band>();
        for (int oy = 0; oy < g.outH(); oy++) {
            int top = oy * g.strideH() - g.padH();
            var met = IntStream.range(window.row, window.row + window.rows)
                    .filter(ky -> top + ky * g.dilationH() >= 0 && top + ky * g.dilationH() < g.height())
                    .boxed()
                    .toList();
            Band last = bands.isEmpty() ? null : bands.getLast();
            if (last != null && last.kernelRows.equals(met)) {
                bands.set(bands.size() - 1, new Band(last.first, last.count + 1, met));
            } else {
                bands.add(new Band(oy, 1, met));
            }
        }
        bands.removeIf(b -> b.kernelRows.isEmpty());
        return bands;
    }

    /** One output row; {@code dy} is its first column, {@code x} what the kernel's first tap sees there. */
    private void row(VectorCode code, int[][] sums, Window window, List<Integer> kernelRows, int dy, int x) {
        int first = 0;
        while (first < g.outW() && !inner(first, window)) {
            first++;
        }
        int end = first;
        while (end < g.outW() && inner(end, window)) {
            end++;
        }
        int unrolled = unrolled(end - first, sums.length, window);
        int rounds = (end - first) / unrolled;
        int rest = first + rounds * unrolled;
        int from = first;
        columns(code, sums, window, kernelRows, 0, first, dy, x);
        int dyInner = code.offset(dy, first * COUNT);
        int xInner = code.offset(x, first * g.strideW() * COUNT);
        code.repeat(rounds, i -> {
            int dyAt = code.strided(dyInner, i, unrolled * COUNT);
            int xAt = code.strided(xInner, i, unrolled * g.strideW() * COUNT);
            columns(code, sums, window, kernelRows, from, from + unrolled, dyAt, xAt);
        });
        int dyRest = code.offset(dy, rest * COUNT);
        int xRest = code.offset(x, rest * g.strideW() * COUNT);
        columns(code, sums, window, kernelRows, rest, g.outW(), dyRest, xRest);
    }

    /** Columns in the body of the loop over a row: the whole of a short row, else a few that share what they load. */
    private static int unrolled(int columns, int filters, Window window) {
        if (window.rows > 1) {
            return 2;
        }
        return columns >= 1 && columns * filters * window.columns <= WHOLE_ROW ? columns : 4;
    }

    /** Whether all taps of a window meet the map at an output column. */
    private boolean inner(int column, Window window) {
        return meets(column, window.column) && meets(column, window.column + window.columns - 1);
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
            Map<Integer, Integer> met = new HashMap<>();
            for (int ky : kernelRows) {
                for (int kx = window.column; kx < window.column + window.columns; kx++) {
                    if (meets(column, kx)) {
                        int at = ky * g.dilationH() * g.width() + (column - from) * g.strideW() + kx * g.dilationW();
                        met.put(ky * g.kernelW() + kx, inputs.computeIfAbsent(at, k -> code.load(6, x, k * COUNT)));
                    }
                }
            }
            for (int o = 0; o < sums.length && !met.isEmpty(); o++) {
                int gradient = code.load(3, dy, (o * g.outH() * g.outW() + column - from) * COUNT);
                for (int t : taps(window)) {
                    if (met.containsKey(t)) {
                        code.multiplyAdd(sums[o][t], gradient, requireNonNull(met.get(t)));
                    }
                }
            }
        }
    }
}
