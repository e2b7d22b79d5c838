package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The code of one convolution: its output rows are cut into tiles of up to 4 columns by up to 4 filters, or 2 by 6 with 16
 * registers, each with a kernel of its own that keeps the tile in registers over all taps. A tile at the border leaves out the
 * taps that meet padding.
 */
final class ConvTiles {
    /**
     * Widths of kernels whose rows go in halves, each in a loop of one round, so that the compiler does not mix them and run
     * out of registers. Measured on Zen 5: 187 against 250 GFLOP/s for 5x5 of one channel, but for 7x7 it is slower.
     */
    private static final int HALVED_FROM = 4;

    private static final int HALVED_TO = 6;

    /** Filters of a tile. */
    static final int FILTERS = Simd.FEW_REGISTERS ? 6 : 4;

    private static final MethodType PARAMETERS = MethodType.methodType(
            void.class,
            float[].class,
            int.class,
            float[].class,
            int.class,
            float[].class,
            int.class,
            float[].class,
            int.class,
            int.class);

    /** One tile of one output row. */
    interface Tile {
        /**
         * Computes it.
         *
         * @param y output, the tile's first column and filter at {@code y0}
         * @param x input, the first tap's column of the first valid row at {@code x0}, which may be left of the map
         * @param w weights, the first valid row of the tile's first filter at {@code w0}
         * @param bias the tile's first filter's at {@code b0}; not read if the convolution has none
         * @param rows number of kernel rows that meet the map
         */
        void run(float[] y, int y0, float[] x, int x0, float[] w, int w0, float[] bias, int b0, int rows);
    }

    /**
     * A tile with its place.
     *
     * @param filter first filter
     * @param column first output column
     */
    record Placed(int filter, int column, Tile tile) {}

    private final ConvGeometry g;
    private final boolean biased;
    private final Map<List<Object>, Tile> known = new HashMap<>();

    private ConvTiles(ConvGeometry g, boolean biased) {
        this.g = g;
        this.biased = biased;
    }

    /** The tiles of one output row. */
    static List<Placed> of(ConvGeometry g, boolean biased) {
        var tiles = new ConvTiles(g, biased);
        var placed = new ArrayList<Placed>();
        int filter = 0;
        for (int filters : portions(g.filters(), FILTERS)) {
            int column = 0;
            for (int columns : portions(g.outW(), TapRun.columns(g, columns(filters)))) {
                placed.add(new Placed(filter, column, tiles.tile(filters, column, columns)));
                column += columns;
            }
            filter += filters;
        }
        return placed;
    }

    /** Columns of a tile: 4, or as many as leave registers for the inputs and a weight beside the sums. */
    static int columns(int filters) {
        int columns = 4;
        while (Simd.FEW_REGISTERS && filters * columns + Math.min(filters, columns) + 1 > 16) {
            columns--;
        }
        return columns;
    }

    /** {@code total} in the least number of portions of at most {@code largest}, as even as possible, larger ones first. */
    static List<Integer> portions(int total, int largest) {
        int n = (total + largest - 1) / largest;
        var portions = new ArrayList<Integer>();
        for (int i = 0; i < n; i++) {
            portions.add((total + n - 1 - i) / n);
        }
        return portions;
    }

    private Tile tile(int filters, int column, int columns) {
        List<List<Integer>> taps = g.columnsMet(column, columns);
        return known.computeIfAbsent(
                List.of(filters, columns, taps),
                k -> VectorCode.instance(
                        "convolution, " + filters + " filters, " + columns + " columns from " + column + " of " + g,
                        Tile.class,
                        PARAMETERS,
                        code -> write(code, filters, columns, taps)));
    }

    /** Parameters by slot: y 1, y0 2, x 3, x0 4, w 5, w0 6, bias 7, b0 8, rows 9. */
    private void write(VectorCode code, int filters, int columns, List<List<Integer>> taps) {
        int[][] sums = new int[filters][columns];
        for (int o = 0; o < filters; o++) {
            for (int i = 0; i < columns; i++) {
                sums[o][i] = biased ? code.broadcast(7, 8, o) : code.zero();
            }
        }
        code.repeat(g.channels(), c -> {
            int xPlane = code.strided(4, c, g.height() * g.width() * COUNT);
            int wPlane = code.strided(6, c, g.kernelH() * g.kernelW());
            if (g.kernelH() == 1 && g.padH() == 0) {
                row(code, sums, taps, xPlane, wPlane);
                return;
            }
            code.loop(9, ky -> {
                int xRow = code.strided(xPlane, ky, g.dilationH() * g.width() * COUNT);
                int wRow = code.strided(wPlane, ky, g.kernelW());
                row(code, sums, taps, xRow, wRow);
            });
        });
        for (int o = 0; o < filters; o++) {
            for (int i = 0; i < columns; i++) {
                code.store(sums[o][i], 1, 2, (o * g.outH() * g.outW() + i) * COUNT);
            }
        }
    }

    private void row(VectorCode code, int[][] sums, List<List<Integer>> taps, int xRow, int wRow) {
        if (!halved()) {
            var run = TapRun.of(taps, 1, sums.length, TapRun.MOST);
            taps(code, sums, taps, 0, run.first(), xRow, wRow);
            code.repeat(run.rounds(), i -> {
                int x = code.strided(xRow, i, run.taps() * g.dilationW() * COUNT);
                taps(code, sums, taps, run.first(), run.first() + run.taps(), x, code.strided(wRow, i, run.taps()));
            });
            taps(code, sums, taps, run.end(), g.kernelW(), xRow, wRow);
            return;
        }
        int half = Math.ceilDiv(g.kernelW(), 2);
        for (int first = 0; first < g.kernelW(); first += half) {
            int from = first;
            int to = Math.min(first + half, g.kernelW());
            code.repeat(
                    1, i -> taps(code, sums, taps, from, to, code.strided(xRow, i, COUNT), code.strided(wRow, i, 1)));
        }
    }

    private boolean halved() {
        return !Simd.FEW_REGISTERS && g.kernelW() >= HALVED_FROM && g.kernelW() <= HALVED_TO;
    }

    /**
     * Whether loads are in order with 32 registers, too. Measured on Zen 4: 97 GFLOP/s with and 80 without for 7x7, but 98 and 101 in
     * halves and 80 and 82 for 1x1.
     */
    private boolean inOrder() {
        return g.kernelW() > 1 && !halved();
    }

    private void taps(VectorCode code, int[][] sums, List<List<Integer>> taps, int from, int to, int xRow, int wRow) {
        for (int kx = from; kx < to; kx++) {
            List<Integer> columns = taps.get(kx);
            if (columns.isEmpty()) {
                continue;
            }
            code.inOrder(inOrder());
            int[] inputs = new int[columns.size()];
            for (int n = 0; n < inputs.length; n++) {
                inputs[n] = code.load(3, xRow, (columns.get(n) * g.strideW() + kx * g.dilationW()) * COUNT);
            }
            for (int o = 0; o < sums.length; o++) {
                if (o > 0) {
                    // For one column, whose weights serve once, it would only be more code.
                    code.inOrder(inOrder() && inputs.length > 1);
                }
                int weight = code.broadcast(5, wRow, o * g.taps() + kx);
                for (int n = 0; n < inputs.length; n++) {
                    code.multiplyAdd(sums[o][columns.get(n)], weight, inputs[n]);
                }
            }
        }
    }
}
