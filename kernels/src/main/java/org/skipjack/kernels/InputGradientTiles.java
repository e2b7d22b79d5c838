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
 * The code of one convolution's input gradient, gathered: a tile of up to 4 input columns by up to 4 channels, or 2 by 6 with 16
 * registers, stays in registers over all filters and over the taps through which the convolution saw it. Any stride; weights are
 * read where they lie.
 */
final class InputGradientTiles {
    /**
     * Widest kernel whose taps share what they load. With 3 it is faster to keep it in registers, with 5 to load again: measured on
     * Zen 5, 251 against 228 GFLOP/s for 3x3 and 168 against 221 for 5x5.
     */
    private static final int SHARED = 3;

    /** Largest stride for which a tile grows: with more columns it would be too much code. */
    private static final int LARGEST_STRIDE = 8;

    private static final MethodType PARAMETERS = MethodType.methodType(
            void.class, float[].class, int.class, float[].class, int.class, float[].class, int.class, int.class);

    /** One tile of one input row. */
    interface Tile {
        /**
         * Computes it.
         *
         * @param dx the tile's first column and channel at {@code dx0}
         * @param dy row of the first tap that saw the tile's row, of the first filter, at {@code dy0}
         * @param w that tap's row of the first filter, at the tile's first channel, at {@code w0}
         * @param rows number of kernel rows that saw the tile's row
         */
        void run(float[] dx, int dx0, float[] dy, int dy0, float[] w, int w0, int rows);
    }

    /**
     * Tiles with their place.
     *
     * @param channel first channel
     * @param channels number of channels
     * @param column first input column
     * @param columns number of columns
     * @param tiles one for any number of kernel rows, or one for each number from 1
     */
    record Placed(int channel, int channels, int column, int columns, List<Tile> tiles) {
        /** The tile for a row that so many kernel rows saw. */
        Tile tile(int rows) {
            return tiles.get(Math.min(rows, tiles.size()) - 1);
        }
    }

    /**
     * The kernel rows that saw an input row: {@code count} of them from {@code first}, {@link #step} apart, and the output
     * row that the first of them belongs to.
     */
    record Rows(int first, int outputRow, int count) {}

    private final ConvGeometry g;
    private final Map<List<Object>, Tile> known = new HashMap<>();

    private InputGradientTiles(ConvGeometry g) {
        this.g = g;
    }

    /** The tiles of one input row. */
    static List<Placed> of(ConvGeometry g) {
        var tiles = new InputGradientTiles(g);
        var placed = new ArrayList<Placed>();
        int channel = 0;
        for (int channels : ConvTiles.portions(g.channels(), ConvTiles.FILTERS)) {
            int column = 0;
            for (int columns : ConvTiles.portions(g.width(), columns(g, channels))) {
                placed.add(new Placed(channel, channels, column, columns, tiles.tiles(channels, column, columns)));
                column += columns;
            }
            channel += channels;
        }
        return placed;
    }

    /** From one kernel row that saw an input row to the next. */
    static int step(ConvGeometry g) {
        return g.strideH() / divisor(g.strideH(), g.dilationH());
    }

    /** From one kernel column that saw an input column to the next. */
    private static int columnStep(ConvGeometry g) {
        return g.strideW() / divisor(g.strideW(), g.dilationW());
    }

    /** From the output row of one kernel row that saw an input row to that of the next, upwards. */
    private static int outputStep(ConvGeometry g) {
        return g.dilationH() / divisor(g.strideH(), g.dilationH());
    }

    private static int divisor(int a, int b) {
        return b == 0 ? a : divisor(b, a % b);
    }

    static Rows rows(ConvGeometry g, int iy) {
        int first = -1;
        int count = 0;
        for (int ky = 0; ky < g.kernelH(); ky++) {
            int distance = iy + g.padH() - ky * g.dilationH();
            if (distance >= 0 && distance % g.strideH() == 0 && distance / g.strideH() < g.outH()) {
                first = first < 0 ? ky : first;
                count++;
            }
        }
        int distance = iy + g.padH() - Math.max(0, first) * g.dilationH();
        return new Rows(Math.max(0, first), count == 0 ? 0 : distance / g.strideH(), count);
    }

    /** Columns of the largest tile: more for a kernel of one column, which saw only some of them. */
    private static int columns(ConvGeometry g, int channels) {
        int seen = ConvTiles.columns(channels);
        return g.kernelW() == 1 ? seen * Math.min(g.strideW(), LARGEST_STRIDE) : seen;
    }

    /**
     * One tile for any number of kernel rows, or one for each number without a loop over them: that is faster by half if they
     * are one or two.
     */
    private List<Tile> tiles(int channels, int column, int columns) {
        int most = Math.ceilDiv(g.kernelH(), step(g));
        if (g.kernelH() > SHARED || (g.kernelH() > 1 && (g.strideH() == 1 || most * g.kernelW() > SHARED * SHARED))) {
            return List.of(tile(channels, column, columns, 0));
        }
        return IntStream.rangeClosed(1, most)
                .mapToObj(rows -> tile(channels, column, columns, rows))
                .toList();
    }

    private Tile tile(int channels, int column, int columns, int rows) {
        var taps = new ArrayList<List<List<Integer>>>();
        for (int kx = 0; kx < g.kernelW(); kx++) {
            var met = new ArrayList<List<Integer>>();
            for (int i = 0; i < columns; i++) {
                int distance = column + i + g.padW() - kx * g.dilationW();
                if (distance >= 0 && distance % g.strideW() == 0 && distance / g.strideW() < g.outW()) {
                    met.add(List.of(i, distance / g.strideW()));
                }
            }
            taps.add(met);
        }
        int base = taps.stream()
                .flatMap(List::stream)
                .mapToInt(m -> m.get(1))
                .min()
                .orElse(0);
        var relative = taps.stream()
                .map(met -> met.stream()
                        .map(m -> List.of(m.get(0), m.get(1) - base))
                        .toList())
                .toList();
        Tile tile = known.computeIfAbsent(
                List.of(channels, columns, rows, relative),
                k -> VectorCode.instance(
                        "input gradient, " + channels + " channels, " + columns + " columns from " + column + ", "
                                + rows + " rows of " + g,
                        Tile.class,
                        PARAMETERS,
                        code -> write(code, channels, columns, rows, relative)));
        int shift = base * COUNT;
        return shift == 0 ? tile : shifted(tile, shift);
    }

    /** The same tile further to the right: the first output column that it reads lies {@code shift} floats in. */
    private static Tile shifted(Tile tile, int shift) {
        return (dx, dx0, dy, dy0, w, w0, n) -> tile.run(dx, dx0, dy, dy0 + shift, w, w0, n);
    }

    /** Parameters by slot: dx 1, dx0 2, dy 3, dy0 4, w 5, w0 6, rows 7. */
    private void write(VectorCode code, int channels, int columns, int rows, List<List<List<Integer>>> taps) {
        int[][] sums = new int[channels][columns];
        for (int c = 0; c < channels; c++) {
            for (int i = 0; i < columns; i++) {
                sums[c][i] = code.zero();
            }
        }
        code.repeat(g.filters(), o -> {
            int dyPlane = code.strided(4, o, g.outH() * g.outW() * COUNT);
            int wPlane = code.strided(6, o, g.taps());
            for (int row = 0; row < rows; row++) {
                int dyRow = code.offset(dyPlane, -row * outputStep(g) * g.outW() * COUNT);
                int wRow = code.offset(wPlane, row * step(g) * g.kernelW());
                row(code, sums, taps, dyRow, wRow);
            }
            if (rows > 0) {
                return;
            }
            code.loop(7, row -> {
                int dyRow = code.strided(dyPlane, row, -outputStep(g) * g.outW() * COUNT);
                int wRow = code.strided(wPlane, row, step(g) * g.kernelW());
                row(code, sums, taps, dyRow, wRow);
            });
        });
        for (int c = 0; c < channels; c++) {
            for (int i = 0; i < columns; i++) {
                code.store(sums[c][i], 1, 2, (c * g.height() * g.width() + i) * COUNT);
            }
        }
    }

    private void row(VectorCode code, int[][] sums, List<List<List<Integer>>> taps, int dyRow, int wRow) {
        var columns = taps.stream()
                .map(met -> met.stream().map(m -> m.get(0)).toList())
                .toList();
        var run = TapRun.of(columns, columnStep(g), sums.length, TapRun.MOST);
        taps(code, sums, taps, 0, run.first(), dyRow, wRow);
        code.repeat(run.rounds(), i -> {
            int dy = code.strided(dyRow, i, -run.taps() * g.dilationW() / g.strideW() * COUNT);
            taps(code, sums, taps, run.first(), run.first() + run.taps(), dy, code.strided(wRow, i, run.taps()));
        });
        taps(code, sums, taps, run.end(), g.kernelW(), dyRow, wRow);
    }

    private void taps(
            VectorCode code, int[][] sums, List<List<List<Integer>>> taps, int from, int to, int dyRow, int wRow) {
        Map<Integer, Integer> gradients = new HashMap<>();
        for (int kx = from; kx < to; kx++) {
            if (taps.get(kx).isEmpty()) {
                continue;
            }
            code.inOrder();
            if (g.kernelW() > SHARED || Simd.FEW_REGISTERS) {
                gradients.clear();
            }
            for (List<Integer> met : taps.get(kx)) {
                gradients.computeIfAbsent(met.get(1), column -> code.load(3, dyRow, column * COUNT));
            }
            for (int c = 0; c < sums.length; c++) {
                if (c > 0) {
                    code.inOrder();
                }
                int weight = code.broadcast(5, wRow, c * g.kernelH() * g.kernelW() + kx);
                for (List<Integer> met : taps.get(kx)) {
                    code.multiplyAdd(sums[c][met.get(0)], weight, requireNonNull(gradients.get(met.get(1))));
                }
            }
        }
    }
}
