package org.skipjack.kernels;

import static java.util.Objects.requireNonNull;
import static org.skipjack.kernels.Lanes.COUNT;

import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The code of one convolution's weight gradient: a tile is one row of up to 6 taps by as many filters as leave the sums in
 * registers; it sweeps over the output map and gives a vector of 16 sums for each weight. Taps that meet padding are left
 * out.
 */
final class WeightTiles {
    private static final int REGISTERS = 20;
    private static final int UNROLLED = 4;
    private static final int SUMS = 6 << 10;
    private static final MethodType PARAMETERS = MethodType.methodType(
            void.class, float[].class, int.class, float[].class, int.class, float[].class, int.class, int.class);

    /** One sweep over the output map. */
    interface Tile {
        /**
         * Sums up.
         *
         * @param sums {@code [filters, channels at a time, kernelH, kernelW, 16]}, the tile's first weight at {@code s0}
         * @param dy output gradient, the first valid row of the tile's first filter at {@code dy0}
         * @param x input, the tile's first tap for the first valid output row at {@code x0}, which may be left of the map
         * @param rows number of output rows for which the taps meet the map
         */
        void run(float[] sums, int s0, float[] dy, int dy0, float[] x, int x0, int rows);
    }

    /**
     * A tile with its place.
     *
     * @param filter first filter
     * @param filters number of filters
     * @param tap first kernel column
     */
    record Placed(int filter, int filters, int tap, Tile tile) {}

    private final ConvGeometry g;
    private final Map<List<Integer>, Tile> known = new HashMap<>();

    private WeightTiles(ConvGeometry g) {
        this.g = g;
    }

    /** The tiles of one kernel row of one input channel, filter by filter. */
    static List<Placed> of(ConvGeometry g) {
        var tiles = new WeightTiles(g);
        var placed = new ArrayList<Placed>();
        int filter = 0;
        for (int filters : ConvTiles.portions(g.filters(), filters(g))) {
            int tap = 0;
            for (int taps : ConvTiles.portions(g.kernelW(), 6)) {
                placed.add(new Placed(filter, filters, tap, tiles.tile(filters, tap, taps)));
                tap += taps;
            }
            filter += filters;
        }
        return placed;
    }

    /** Filters of the largest tile. */
    static int filters(ConvGeometry g) {
        int taps = ConvTiles.portions(g.kernelW(), 6).getFirst();
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

    private Tile tile(int filters, int tap, int taps) {
        return known.computeIfAbsent(
                List.of(filters, tap, taps),
                k -> VectorCode.instance(Tile.class, PARAMETERS, code -> write(code, filters, tap, taps)));
    }

    /** Parameters by slot: sums 1, s0 2, dy 3, dy0 4, x 5, x0 6, rows 7. */
    private void write(VectorCode code, int filters, int tap, int taps) {
        int[][] sums = new int[filters][taps];
        for (int o = 0; o < filters; o++) {
            for (int t = 0; t < taps; t++) {
                sums[o][t] = code.zero();
            }
        }
        int first = firstInner(tap, taps);
        int inner = Math.max(0, endInner(tap, taps) - first);
        int unrolled = inner / UNROLLED;
        int rest = first + unrolled * UNROLLED;
        code.loop(7, row -> {
            int dy = code.strided(4, row, g.outW() * COUNT);
            int x = code.strided(6, row, g.strideH() * g.width() * COUNT);
            columns(code, sums, tap, 0, first, dy, x);
            int dyInner = code.offset(dy, first * COUNT);
            int xInner = code.offset(x, first * g.strideW() * COUNT);
            code.repeat(unrolled, i -> {
                int dyAt = code.strided(dyInner, i, UNROLLED * COUNT);
                int xAt = code.strided(xInner, i, UNROLLED * g.strideW() * COUNT);
                columns(code, sums, tap, first, first + UNROLLED, dyAt, xAt);
            });
            columns(
                    code,
                    sums,
                    tap,
                    rest,
                    g.outW(),
                    code.offset(dy, rest * COUNT),
                    code.offset(x, rest * g.strideW() * COUNT));
        });
        for (int o = 0; o < filters; o++) {
            for (int t = 0; t < taps; t++) {
                code.store(sums[o][t], 1, 2, (o * channels(g) * g.kernelH() * g.kernelW() + t) * COUNT);
            }
        }
    }

    /** First output column for which all taps of a tile meet the map. */
    private int firstInner(int tap, int taps) {
        int column = 0;
        while (column < g.outW() && !(meets(column, tap) && meets(column, tap + taps - 1))) {
            column++;
        }
        return column;
    }

    private int endInner(int tap, int taps) {
        int column = firstInner(tap, taps);
        while (column < g.outW() && meets(column, tap) && meets(column, tap + taps - 1)) {
            column++;
        }
        return column;
    }

    private boolean meets(int column, int kx) {
        int ix = column * g.strideW() - g.padW() + kx * g.dilationW();
        return ix >= 0 && ix < g.width();
    }

    /** The columns from {@code from} to {@code to}, the first of which lies at {@code dy} and {@code x}. */
    private void columns(VectorCode code, int[][] sums, int tap, int from, int to, int dy, int x) {
        Map<Integer, Integer> inputs = new HashMap<>();
        for (int column = from; column < to; column++) {
            int at = (column - from) * g.strideW();
            var met = new ArrayList<Integer>();
            for (int t = 0; t < sums[0].length; t++) {
                if (meets(column, tap + t)) {
                    met.add(t);
                    inputs.computeIfAbsent(at + t * g.dilationW(), offset -> code.load(5, x, offset * COUNT));
                }
            }
            for (int o = 0; o < sums.length && !met.isEmpty(); o++) {
                int gradient = code.load(3, dy, (o * g.outH() * g.outW() + column - from) * COUNT);
                for (int t : met) {
                    code.multiplyAdd(sums[o][t], gradient, requireNonNull(inputs.get(at + t * g.dilationW())));
                }
            }
        }
    }
}
