package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * The code of one convolution in {@link ChannelBlocks}: tiles of some pixels by some blocks of filters, each with a kernel
 * that keeps the tile in registers over all taps. A vector of weights meets one broadcast number for each pixel. Taps that
 * meet padding are left out: all of them where a tile is a whole small map, those beside the map where it is part of a row.
 */
final class ChannelTiles {
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
            float[].class,
            int.class,
            int.class);

    /** Without vectors only the grouping of filters is asked for. */
    private static final int LENGTH = Simd.AVAILABLE ? Species.LENGTH : COUNT;

    /**
     * Registers for a tile that is part of a row, of 32 or 16. Measured on Zen 5: six pixels by two blocks take up to a tenth
     * longer than eight by two, twelve by two and six by four 1.2 to 2.4 times as long; on Zen 3: three by two blocks, of which two
     * sums are in memory, 1.5 times as long as five by one.
     */
    private static final int ROW = LENGTH == COUNT ? 16 : 10;

    /** Registers for a tile that is a whole map. */
    private static final int MAP = LENGTH == COUNT ? 24 : 12;

    /** Most multiply-adds in the body of a tile's loop: some 15 bytes each, and of larger methods the JVM compiles some badly. */
    private static final int MOST = 100;

    /** Most multiply-adds and pixels of a whole map together. */
    private static final int MAP_PRODUCTS = 116;

    /** Most taps of a whole map, each of which loads weights. */
    private static final int MAP_TAPS = 64;

    /** Taps of a row that are written out if there are more. */
    private static final int TAPS = 11;

    /** Vectors in a block. */
    private static final int VECTORS = COUNT / LENGTH;

    /** One tile. */
    interface Tile {
        /**
         * Computes it.
         *
         * @param y output, the first pixel of the first block of filters at {@code y0}
         * @param x input, the first tap's column of the first valid row at {@code x0}, which may be left of the map
         * @param w weights of the group, those of the first valid row at {@code w0}
         * @param start what the sums start from, for the group's first filter at {@code s0}
         * @param added laid out like {@code y}; not read if nothing is added
         * @param rows number of kernel rows that meet the map; not read by a tile that is a whole map
         */
        void run(
                float[] y,
                int y0,
                float[] x,
                int x0,
                float[] w,
                int w0,
                float[] start,
                int s0,
                float[] added,
                int a0,
                int rows);
    }

    /**
     * A tile with its place in an output row.
     *
     * @param column first output column
     */
    record Placed(int column, Tile tile) {}

    private final ConvGeometry g;
    private final boolean blocked;
    private final boolean adding;
    private final boolean rectified;
    private final ChannelWeights layout;
    private final Map<List<Object>, Tile> known = new HashMap<>();

    ChannelTiles(ConvGeometry g, boolean blocked, boolean adding, boolean rectified) {
        this.g = g;
        this.layout = new ChannelWeights(g);
        this.blocked = blocked;
        this.adding = adding;
        this.rectified = rectified;
    }

    /** Blocks of filters of each group. */
    static List<Integer> groups(ConvGeometry g) {
        int blocks = ChannelBlocks.blocks(g.filters());
        int most = wholeMap(g) ? mapBlocks(g) : Math.max(1, ROW / VECTORS / Math.min(g.outW(), 8));
        if (2L * g.filters() * g.outH() * g.outW() * g.taps() > Conv2dChannels.TASK) {
            // At least 8 groups if that leaves two blocks for each, so that there is work for several threads.
            most = Math.min(most, Math.max(2, blocks / 8));
        }
        return ConvTiles.portions(blocks, most);
    }

    /** Whether one tile is the whole map, with all its taps written out: it reads each weight once. */
    static boolean wholeMap(ConvGeometry g) {
        return mapBlocks(g) > 0;
    }

    /** Blocks of filters that one tile can have if it is the whole map. */
    private static int mapBlocks(ConvGeometry g) {
        int pixels = g.outH() * g.outW();
        if (pixels * VECTORS > MAP) {
            return 0;
        }
        int taps = 0;
        int met = 0;
        for (int u = 0; u < g.kernelH(); u++) {
            for (int v = 0; v < g.kernelW(); v++) {
                int more = pixels(g, u, v).size();
                taps += Math.min(1, more);
                met += more;
            }
        }
        int most = Math.min(MOST, MAP_PRODUCTS - pixels);
        return taps > MAP_TAPS ? 0 : Math.min(MAP / pixels, most / Math.max(1, met)) / VECTORS;
    }

    /** The pixels of a small output map for which a tap meets the input map. */
    private static List<Integer> pixels(ConvGeometry g, int u, int v) {
        var met = new ArrayList<Integer>();
        for (int p = 0; p < g.outH() * g.outW(); p++) {
            int iy = p / g.outW() * g.strideH() - g.padH() + u * g.dilationH();
            int ix = p % g.outW() * g.strideW() - g.padW() + v * g.dilationW();
            if (iy >= 0 && iy < g.height() && ix >= 0 && ix < g.width()) {
                met.add(p);
            }
        }
        return met;
    }

    /** The tile that is the whole map. */
    Tile map(int blocks) {
        return known.computeIfAbsent(
                List.of(blocks),
                k -> VectorCode.instance(
                        "convolution of few, a map by " + blocks + " blocks of " + g,
                        Tile.class,
                        PARAMETERS,
                        code -> map(code, blocks)));
    }

    /** The tiles of one output row. */
    List<Placed> row(int blocks) {
        int most = TapRun.columns(g, Math.max(1, ROW / VECTORS / blocks));
        if (Simd.FEW_REGISTERS && g.outW() == most + 1 && g.kernelW() > 1) {
            // Measured on Zen 3: six pixels at once take 0.7 of the time of three and three.
            most++;
        }
        while (most > 1 && most * blocks * VECTORS * Math.min(g.kernelW(), TAPS) > MOST) {
            most--;
        }
        var placed = new ArrayList<Placed>();
        int column = 0;
        for (int columns : ConvTiles.portions(g.outW(), most)) {
            List<List<Integer>> taps = g.columnsMet(column, columns);
            Tile tile = known.computeIfAbsent(
                    List.of(blocks, columns, taps),
                    k -> VectorCode.instance(
                            "convolution of few, " + columns + " columns by " + blocks + " blocks of " + g,
                            Tile.class,
                            PARAMETERS,
                            code -> row(code, blocks, columns, taps)));
            placed.add(new Placed(column, tile));
            column += columns;
        }
        return placed;
    }

    /** Floats from one input pixel to the next. */
    int pixel() {
        return blocked ? COUNT : 1;
    }

    /** Parameters by slot: y 1, y0 2, x 3, x0 4, w 5, w0 6, start 7, s0 8, added 9, a0 10, rows 11. */
    private void row(VectorCode code, int blocks, int columns, List<List<Integer>> taps) {
        int[][] sums = start(code, blocks, columns);
        channels(code, blocks, (map, weights) -> {
            if (g.kernelH() == 1 && g.padH() == 0) {
                kernelRow(code, sums, taps, map, weights);
            } else {
                code.loop(11, u -> {
                    int row = code.strided(map, u, g.dilationH() * g.width() * pixel());
                    kernelRow(code, sums, taps, row, code.strided(weights, u, g.kernelW() * blocks * COUNT));
                });
            }
        });
        finish(code, sums);
    }

    /** One kernel row of one channel. */
    private void kernelRow(VectorCode code, int[][] sums, List<List<Integer>> taps, int row, int weights) {
        int vectors = sums[0].length;
        // What a sum starts and ends with is three operations.
        var run = TapRun.of(taps, 1, vectors, TapRun.MOST - 3 * sums.length * vectors);
        taps(code, sums, taps, 0, run.first(), row, weights);
        code.repeat(run.rounds(), i -> {
            int x = code.strided(row, i, run.taps() * g.dilationW() * pixel());
            int w = code.strided(weights, i, run.taps() * vectors * LENGTH);
            taps(code, sums, taps, run.first(), run.first() + run.taps(), x, w);
        });
        taps(code, sums, taps, run.end(), g.kernelW(), row, weights);
    }

    private void taps(VectorCode code, int[][] sums, List<List<Integer>> taps, int from, int to, int row, int weights) {
        for (int v = from; v < to; v++) {
            List<Integer> met = taps.get(v);
            int[] at = new int[met.size()];
            for (int n = 0; n < at.length; n++) {
                at[n] = (met.get(n) * g.strideW() + v * g.dilationW()) * pixel();
            }
            tap(code, sums, met, row, at, weights, v * sums[0].length * LENGTH);
        }
    }

    private void map(VectorCode code, int blocks) {
        int[][] sums = start(code, blocks, g.outH() * g.outW());
        channels(code, blocks, (map, weights) -> {
            for (int u = 0; u < g.kernelH(); u++) {
                for (int v = 0; v < g.kernelW(); v++) {
                    List<Integer> met = pixels(g, u, v);
                    int[] at = new int[met.size()];
                    for (int n = 0; n < at.length; n++) {
                        int iy = met.get(n) / g.outW() * g.strideH() - g.padH() + u * g.dilationH();
                        int ix = met.get(n) % g.outW() * g.strideW() - g.padW() + v * g.dilationW();
                        at[n] = (iy * g.width() + ix) * pixel();
                    }
                    tap(code, sums, met, map, at, weights, layout.at(blocks, 0, u * g.kernelW() + v));
                }
            }
        });
        finish(code, sums);
    }

    private int[][] start(VectorCode code, int blocks, int pixels) {
        int[][] sums = new int[pixels][blocks * VECTORS];
        for (int p = 0; p < pixels; p++) {
            for (int k = 0; k < sums[p].length; k++) {
                sums[p][k] = code.load(7, 8, k * LENGTH);
            }
        }
        return sums;
    }

    private interface Channel {
        void write(int map, int weights);
    }

    /** A loop over all channels: in a blocked input over its blocks, and over the channels within. */
    private void channels(VectorCode code, int blocks, Channel body) {
        int weights = layout.step(blocks);
        int plane = g.height() * g.width();
        if (!blocked) {
            code.repeat(g.channels(), c -> body.write(code.strided(4, c, plane), code.strided(6, c, weights)));
            return;
        }
        code.repeat(ChannelBlocks.blocks(g.channels()), b -> {
            int map = code.strided(4, b, plane * COUNT);
            int blockWeights = code.strided(6, b, weights * COUNT);
            IntConsumer channel = c -> body.write(code.strided(map, c, 1), code.strided(blockWeights, c, weights));
            if (g.channels() % COUNT == 0 || g.channels() < COUNT) {
                code.repeat(Math.min(g.channels(), COUNT), channel);
            } else {
                code.loop(code.portion(g.channels(), b, COUNT), channel);
            }
        });
    }

    /** One tap of the pixels that it meets. */
    private static void tap(
            VectorCode code, int[][] sums, List<Integer> met, int row, int[] at, int weights, int offset) {
        if (met.isEmpty()) {
            return;
        }
        int[] w = new int[sums[0].length];
        code.inOrder();
        if (Simd.FEW_REGISTERS && at.length < w.length) {
            int[] numbers = new int[at.length];
            Arrays.setAll(numbers, n -> code.broadcast(3, row, at[n]));
            for (int k = 0; k < w.length; k++) {
                code.inOrder();
                int weight = code.load(5, weights, offset + k * LENGTH);
                for (int n = 0; n < at.length; n++) {
                    code.multiplyAdd(sums[met.get(n)][k], weight, numbers[n]);
                }
            }
            return;
        }
        Arrays.setAll(w, k -> code.load(5, weights, offset + k * LENGTH));
        for (int n = 0; n < at.length; n++) {
            code.inOrder();
            int number = code.broadcast(3, row, at[n]);
            for (int k = 0; k < w.length; k++) {
                code.multiplyAdd(sums[met.get(n)][k], w[k], number);
            }
        }
    }

    private void finish(VectorCode code, int[][] sums) {
        int map = g.outH() * g.outW() * COUNT;
        for (int p = 0; p < sums.length; p++) {
            for (int k = 0; k < sums[p].length; k++) {
                int at = k / VECTORS * map + p * COUNT + k % VECTORS * LENGTH;
                int sum = sums[p][k];
                if (adding) {
                    sum = code.add(sum, code.load(9, 10, at));
                }
                code.store(rectified ? code.positive(sum) : sum, 1, 2, at);
            }
        }
    }
}
