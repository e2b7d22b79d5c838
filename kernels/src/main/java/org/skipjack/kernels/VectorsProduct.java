package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Matrix product with two vectors of 16 columns, wherever each lies, or with one: {@code C[i, v, l] = Σ_k A[i, k] B[k, v, l]}. A
 * {@link PanelProduct} of 16 columns loads as many numbers as it multiplies; two vectors half as many. Sums run over {@code k} in
 * order, with multiply-adds rounded once, in portions that are added up in order: rounding errors of long sums are smaller so, and
 * what a portion reads stays in the first-level cache.
 */
final class VectorsProduct {
    /** Products of a portion. */
    private static final int PORTION = 128;

    private static final MethodType PARAMETERS = MethodType.methodType(
            void.class,
            float[].class,
            int.class,
            int.class,
            int.class,
            float[].class,
            int.class,
            int.class,
            float[].class,
            int.class,
            int.class,
            int.class);

    /** Some rows of the result, in registers over a portion. */
    interface Tile {
        /** {@code c} from {@code c0} and {@code c1} with rows {@code cRow} apart, {@code a} likewise, {@code b} from {@code b0} and {@code b1}. */
        void run(
                float[] c, int c0, int c1, int cRow, float[] a, int a0, int aRow, float[] b, int b0, int b1, int depth);
    }

    private final int vectors;
    private final int depth;
    private final int step;
    private final int[] rows;
    private final List<Tile> first = new ArrayList<>();
    private final List<Tile> next = new ArrayList<>();

    /**
     * The product of {@code count} rows.
     *
     * @param vectors 1 or 2; of one, {@code c1} and {@code b1} mean nothing
     * @param depth number of products that are summed
     * @param step floats from one row of {@code B} to the next
     */
    VectorsProduct(int vectors, int count, int depth, int step) {
        this.vectors = vectors;
        this.depth = depth;
        this.step = step;
        this.rows = ProductTile.rows(count, vectors);
        if (Simd.AVAILABLE) {
            tiles(first, false);
            if (depth > PORTION) {
                tiles(next, true);
            }
        }
    }

    private void tiles(List<Tile> tiles, boolean adding) {
        Map<Integer, Tile> known = new HashMap<>();
        for (int height : rows) {
            tiles.add(known.computeIfAbsent(
                    height,
                    h -> VectorCode.instance(
                            "product, " + h + " rows by " + vectors + " vectors, " + step + " apart",
                            Tile.class,
                            PARAMETERS,
                            code -> write(code, h, adding))));
        }
    }

    /**
     * Computes it.
     *
     * @param c result, its vectors at {@code c0} and {@code c1}, rows {@code cRow} apart
     * @param a left operand, rows {@code aRow} apart
     * @param b right operand, its vectors at {@code b0} and {@code b1}
     */
    void run(float[] c, int c0, int c1, int cRow, float[] a, int a0, int aRow, float[] b, int b0, int b1) {
        if (!Simd.AVAILABLE) {
            scalar(c, c0, c1, cRow, a, a0, aRow, b, b0, b1);
            return;
        }
        for (int k = 0; k < depth; k += PORTION) {
            List<Tile> tiles = k == 0 ? first : next;
            int from0 = b0 + k * step;
            int from1 = b1 + k * step;
            int portion = Math.min(PORTION, depth - k);
            int row = 0;
            for (int i = 0; i < rows.length; i++) {
                int to = row * cRow;
                int from = a0 + row * aRow + k;
                for (int l = 0; l < COUNT; l += Species.LENGTH) {
                    tiles.get(i)
                            .run(c, c0 + to + l, c1 + to + l, cRow, a, from, aRow, b, from0 + l, from1 + l, portion);
                }
                row += rows[i];
            }
        }
    }

    /** Parameters by slot: c 1, c0 2, c1 3, cRow 4, a 5, a0 6, aRow 7, b 8, b0 9, b1 10, depth 11. */
    private void write(VectorCode code, int height, boolean adding) {
        int[][] to = new int[height][vectors];
        int[] from = new int[height];
        for (int i = 0; i < height; i++) {
            from[i] = i == 0 ? 6 : code.plus(from[i - 1], 7);
            for (int v = 0; v < vectors; v++) {
                to[i][v] = i == 0 ? 2 + v : code.plus(to[i - 1][v], 4);
            }
        }
        var tile = new ProductTile(code, height, vectors);
        code.loop(11, k -> {
            int[] right = new int[vectors];
            for (int v = 0; v < vectors; v++) {
                right[v] = code.load(8, code.strided(9 + v, k, step), 0);
            }
            tile.add(right, i -> code.broadcast(5, code.plus(from[i], k), 0));
        });
        for (int i = 0; i < height; i++) {
            for (int v = 0; v < vectors; v++) {
                tile.store(i, v, adding, 1, to[i][v], 0);
            }
        }
    }

    /** Scalar twin. */
    void scalar(float[] c, int c0, int c1, int cRow, float[] a, int a0, int aRow, float[] b, int b0, int b1) {
        int count = 0;
        for (int height : rows) {
            count += height;
        }
        for (int i = 0; i < count; i++) {
            for (int v = 0; v < vectors; v++) {
                int to = (v == 0 ? c0 : c1) + i * cRow;
                int from = v == 0 ? b0 : b1;
                for (int l = 0; l < COUNT; l++) {
                    float all = 0f;
                    for (int k = 0; k < depth; k += PORTION) {
                        float sum = 0f;
                        for (int n = k; n < Math.min(depth, k + PORTION); n++) {
                            sum = Math.fma(a[a0 + i * aRow + n], b[from + n * step + l], sum);
                        }
                        all = k == 0 ? sum : all + sum;
                    }
                    c[to + l] = all;
                }
            }
        }
    }
}
