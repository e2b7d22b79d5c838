package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Matrix product with two vectors of 16 columns, wherever each lies, or with one: {@code C[i, v, l] = Σ_k A[k, i] B[k, v, l]}. A
 * {@link PanelProduct} of 16 columns loads as many numbers as it multiplies; two vectors half as many. Sums run over {@code k} in
 * order, with multiply-adds rounded once, in portions that are added up in order: rounding errors of long sums are smaller so, and
 * what a portion reads stays in the first-level cache. All operands are read line by line, {@code A} in groups of 16 rows of the
 * result.
 */
final class VectorsProduct {
    /** Products of a portion. */
    static final int PORTION = 128;

    private static final MethodType PARAMETERS = MethodType.methodType(
            void.class,
            float[].class,
            int.class,
            int.class,
            float[].class,
            int.class,
            float[].class,
            int.class,
            int.class,
            int.class);

    /** Some rows of the result, in registers over a portion. */
    interface Tile {
        /**
         * Computes them.
         *
         * @param c result, its vectors from {@code c0} and {@code c1}
         * @param a left operand
         * @param b right operand, its vectors from {@code b0} and {@code b1}
         * @param depth number of products that are summed
         */
        void run(float[] c, int c0, int c1, float[] a, int a0, float[] b, int b0, int b1, int depth);
    }

    private final int vectors;
    private final int depth;
    private final int[] rows;
    private final List<Tile> first = new ArrayList<>();
    private final List<Tile> next = new ArrayList<>();

    /**
     * The product.
     *
     * @param vectors 1 or 2; of one, {@code c1} and {@code b1} mean nothing
     * @param depth number of products that are summed
     */
    VectorsProduct(int vectors, int depth) {
        this.vectors = vectors;
        this.depth = depth;
        this.rows = ProductTile.rows(COUNT, vectors);
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
                            "product, " + h + " rows by " + vectors + " vectors",
                            Tile.class,
                            PARAMETERS,
                            code -> write(code, h, adding))));
        }
    }

    /**
     * Computes it.
     *
     * @param c result {@code [16 groups, 16]}, its vectors at {@code c0} and {@code c1}
     * @param a left operand, a group's {@code [depth, 16]} at {@code a0} and the next ones' {@code aGroup} further
     * @param b right operand {@code [depth, 16]}, its vectors at {@code b0} and {@code b1}
     */
    void run(int groups, float[] c, int c0, int c1, float[] a, int a0, int aGroup, float[] b, int b0, int b1) {
        for (int k = 0; k < depth; k += PORTION) {
            int from = k * COUNT;
            portion(k, groups, c, c0, c1, a, a0 + from, aGroup, b, b0 + from, b1 + from);
        }
    }

    /** The portion that begins with product {@code k}, its operands' lines from {@code a0}, {@code b0} and {@code b1} on. */
    void portion(
            int k, int groups, float[] c, int c0, int c1, float[] a, int a0, int aGroup, float[] b, int b0, int b1) {
        int products = Math.min(PORTION, depth - k);
        if (!Simd.AVAILABLE) {
            scalar(k > 0, products, groups, c, c0, c1, a, a0, aGroup, b, b0, b1);
            return;
        }
        List<Tile> tiles = k == 0 ? first : next;
        for (int g = 0; g < groups; g++) {
            int row = 0;
            for (int i = 0; i < rows.length; i++) {
                int to = (g * COUNT + row) * COUNT;
                int from = a0 + g * aGroup + row;
                for (int l = 0; l < COUNT; l += Species.LENGTH) {
                    tiles.get(i).run(c, c0 + to + l, c1 + to + l, a, from, b, b0 + l, b1 + l, products);
                }
                row += rows[i];
            }
        }
    }

    /** Parameters by slot: c 1, c0 2, c1 3, a 4, a0 5, b 6, b0 7, b1 8, depth 9. */
    private void write(VectorCode code, int height, boolean adding) {
        var tile = new ProductTile(code, height, vectors);
        code.loop(9, k -> {
            int left = code.strided(5, k, COUNT);
            tile.add(v -> code.load(6, code.strided(7 + v, k, COUNT), 0), i -> code.broadcast(4, left, i));
        });
        for (int i = 0; i < height; i++) {
            for (int v = 0; v < vectors; v++) {
                tile.store(i, v, adding, 1, 2 + v, i * COUNT);
            }
        }
    }

    /** Scalar twin of a portion of so many products, which adds to what is there if it is not the first. */
    void scalar(
            boolean adding,
            int products,
            int groups,
            float[] c,
            int c0,
            int c1,
            float[] a,
            int a0,
            int aGroup,
            float[] b,
            int b0,
            int b1) {
        for (int i = 0; i < groups * COUNT; i++) {
            int factor = a0 + i / COUNT * aGroup + i % COUNT;
            for (int v = 0; v < vectors; v++) {
                int to = (v == 0 ? c0 : c1) + i * COUNT;
                int from = v == 0 ? b0 : b1;
                for (int l = 0; l < COUNT; l++) {
                    float sum = 0f;
                    for (int n = 0; n < products; n++) {
                        sum = Math.fma(a[factor + n * COUNT], b[from + n * COUNT + l], sum);
                    }
                    c[to + l] = adding ? c[to + l] + sum : sum;
                }
            }
        }
    }
}
