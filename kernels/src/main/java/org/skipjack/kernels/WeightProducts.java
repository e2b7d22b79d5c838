package org.skipjack.kernels;

import static java.util.Objects.requireNonNull;
import static org.skipjack.kernels.Lanes.COUNT;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.skipjack.kernels.WeightTiles.Window;

/**
 * The code of the products of a tile of {@link WeightTiles}: what the taps of a window see, row by row and column by column. Columns
 * that meet the same taps are a loop. Parameters lie in the slots that {@link WeightTiles} says.
 */
final class WeightProducts {
    /** Columns that are written out without a loop. */
    private static final int SHORT_ROW = 5;

    /** Columns of a longer row that are written out in a loop over it. */
    private static final int LOOPED = Simd.FEW_REGISTERS ? 1 : 2;

    /**
     * Products of a row that are written out, some 19 bytes each, more with loads that are not shared: with more of them every run of
     * columns is a loop.
     */
    private static final int WRITTEN = Simd.FEW_REGISTERS ? 140 : 200;

    private final VectorCode code;
    private final ConvGeometry g;
    private final Window window;
    private final int[][] sums;

    /** Products that are added to vectors {@code sums[filter][tap of the window]}. */
    WeightProducts(VectorCode code, ConvGeometry g, Window window, int[][] sums) {
        this.code = code;
        this.g = g;
        this.window = window;
        this.sums = sums;
    }

    /** Writes the products of all rows of a block: its output gradient's first row in {@code dyMap}, the input's in {@code xMap}. */
    void map(int dyMap, int xMap) {
        if (window.rows() > 1) {
            wholeMap(dyMap, xMap);
            return;
        }
        code.loop(10, row -> {
            int dy = code.strided(dyMap, row, g.outW() * COUNT);
            int x = code.strided(xMap, row, g.strideH() * g.width() * COUNT);
            row(dy, x);
        });
    }

    /** All output rows, each in a loop of one round: the compiler would mix them and run out of registers. */
    private void wholeMap(int dyMap, int xMap) {
        for (int oy = 0; oy < g.outH(); oy++) {
            int dyRow = code.offset(dyMap, oy * g.outW() * COUNT);
            int xRow = code.offset(xMap, oy * g.strideH() * g.width() * COUNT);
            var kernelRows = kernelRows(oy);
            code.repeat(1, i -> {
                int dy = code.strided(dyRow, i, COUNT);
                int x = code.strided(xRow, i, COUNT);
                columns(kernelRows, 0, g.outW(), dy, x);
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
    private void row(int dy, int x) {
        int most = written() * sums.length > WRITTEN ? 1 : SHORT_ROW;
        int done = 0;
        int end;
        for (int first = 0; first < g.outW(); first = end) {
            end = run(first);
            int unrolled = Math.min(unrolled(end - first), most);
            int rounds = met(first) == 0 ? 0 : (end - first) / unrolled;
            if (rounds > 1 || met(first) == window.columns() * window.channels()) {
                columns(done, first, dy, x);
                done = first;
            }
            if (rounds > 1) {
                int from = first;
                int dyInner = code.offset(dy, first * COUNT);
                int xInner = code.offset(x, first * g.strideW() * COUNT);
                code.repeat(rounds, i -> {
                    int dyAt = code.strided(dyInner, i, unrolled * COUNT);
                    int xAt = code.strided(xInner, i, unrolled * g.strideW() * COUNT);
                    columns(List.of(0), from, from + unrolled, dyAt, xAt);
                });
                done += rounds * unrolled;
            }
        }
        columns(done, g.outW(), dy, x);
    }

    /** Columns of an output row whose first one lies at {@code dy} and {@code x}, written out. */
    private void columns(int from, int to, int dy, int x) {
        int dyFrom = code.offset(dy, from * COUNT);
        int xFrom = code.offset(x, from * g.strideW() * COUNT);
        columns(List.of(0), from, to, dyFrom, xFrom);
    }

    /** Columns in the body of the loop over a row, all of a short row, which share what they load with 32 registers. */
    private static int unrolled(int columns) {
        return columns <= SHORT_ROW ? Math.max(1, columns) : LOOPED;
    }

    /** Products of one filter with the columns of a row that no loop has. */
    private int written() {
        int products = 0;
        int end;
        for (int first = 0; first < g.outW(); first = end) {
            end = run(first);
            products += met(first) * (end - first <= SHORT_ROW ? end - first : LOOPED);
        }
        return products;
    }

    /** The first column after {@code first} that other taps of a window meet. */
    private int run(int first) {
        return IntStream.range(first + 1, g.outW())
                .filter(end -> !taps().allMatch(kx -> meets(end, kx) == meets(first, kx)))
                .findFirst()
                .orElse(g.outW());
    }

    /** Taps of a window that meet the map at an output column. */
    private int met(int column) {
        return window.channels() * (int) taps().filter(kx -> meets(column, kx)).count();
    }

    private IntStream taps() {
        return IntStream.range(window.column(), window.column() + window.columns());
    }

    private boolean meets(int column, int kx) {
        int ix = column * g.strideW() - g.padW() + kx * g.dilationW();
        return ix >= 0 && ix < g.width();
    }

    /** The columns from {@code from} to {@code to}, the first of which lies at {@code dy} and {@code x}. */
    private void columns(List<Integer> kernelRows, int from, int to, int dy, int x) {
        Map<Integer, Integer> loaded = new HashMap<>();
        for (int column = from; column < to; column++) {
            Map<Integer, Integer> inputs = new TreeMap<>();
            for (int t = 0; t < sums[0].length; t++) {
                int c = t / window.columns() / window.rows();
                int ky = t / window.columns() % window.rows();
                int kx = window.column() + t % window.columns();
                if (kernelRows.contains(ky) && meets(column, kx)) {
                    int iy = c * g.height() + ky * g.dilationH();
                    int at = iy * g.width() + (column - from) * g.strideW() + kx * g.dilationW();
                    inputs.put(t, at * COUNT);
                }
            }
            int[] gradients = new int[inputs.isEmpty() ? 0 : sums.length];
            for (int o = 0; o < gradients.length; o++) {
                gradients[o] = (o * g.outH() * g.outW() + column - from) * COUNT;
            }
            if (!Simd.FEW_REGISTERS) {
                keepInputs(inputs, gradients, dy, x, loaded);
            } else if (inputs.size() <= gradients.length) {
                keepInputs(inputs, gradients, dy, x, new HashMap<>());
            } else {
                keepGradients(inputs, gradients, dy, x);
            }
        }
    }

    /**
     * Each gradient meets all inputs, which stay in registers.
     *
     * @param inputs by tap, their distances from {@code x}
     * @param gradients by filter, their distances from {@code dy}
     * @param loaded vectors of inputs by distance, those of earlier columns too
     */
    private void keepInputs(
            Map<Integer, Integer> inputs, int[] gradients, int dy, int x, Map<Integer, Integer> loaded) {
        inputs.values().forEach(at -> loaded.computeIfAbsent(at, k -> code.load(6, x, k)));
        for (int o = 0; o < gradients.length; o++) {
            code.inOrder();
            int gradient = code.load(3, dy, gradients[o]);
            int[] sum = sums[o];
            inputs.forEach((t, at) -> code.multiplyAdd(sum[t], gradient, requireNonNull(loaded.get(at))));
        }
    }

    /** Each input meets all gradients, which stay in registers. */
    private void keepGradients(Map<Integer, Integer> inputs, int[] gradients, int dy, int x) {
        int[] loaded = Arrays.stream(gradients).map(at -> code.load(3, dy, at)).toArray();
        inputs.forEach((t, at) -> {
            code.inOrder();
            int input = code.load(6, x, at);
            for (int o = 0; o < loaded.length; o++) {
                code.multiplyAdd(sums[o][t], loaded[o], input);
            }
        });
    }
}
