package org.skipjack.kernels;

import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Matrix product with a panel: {@code C[i, j] (+)= Σ_k A[i, k] B[k, j]}, where the panel {@code B} has 16, 32, 48 or 64
 * columns that lie side by side. Sums run over {@code k} in order, with multiply-adds rounded once, so that neither the
 * vector width nor the tiling can be seen in the result. What {@code C} holds is added last: a long sum in portions has smaller
 * rounding errors than one in a single chain.
 */
final class PanelProduct {
    private static final MethodType PARAMETERS = MethodType.methodType(
            void.class, float[].class, int.class, float[].class, int.class, float[].class, int.class);

    /** Some rows by some vectors of the result, in registers over all of {@code k}. */
    interface Tile {
        /** {@code c} from {@code c0}, {@code a} from {@code a0} and {@code b} from {@code b0} on. */
        void run(float[] c, int c0, float[] a, int a0, float[] b, int b0);
    }

    private final int columns;
    private final int depth;
    private final int aRow;
    private final int cRow;
    private final boolean adding;
    private final int vectors;
    private final int[] rows;
    private final Tile[] tiles;

    /**
     * The product for panels of one width.
     *
     * @param columns columns of the panel: 16, 32, 48 or 64
     * @param count rows of the result
     * @param depth number of products that are summed
     * @param aRow from one row of the left operand to the next
     * @param cRow from one row of the result to the next
     * @param adding whether to add to what {@code C} holds
     */
    PanelProduct(int columns, int count, int depth, int aRow, int cRow, boolean adding) {
        this.columns = columns;
        this.depth = depth;
        this.aRow = aRow;
        this.cRow = cRow;
        this.adding = adding;
        this.vectors = ProductTile.vectors(columns);
        this.rows = ProductTile.rows(count, vectors);
        this.tiles = new Tile[rows.length];
        if (Simd.AVAILABLE) {
            Arrays.setAll(tiles, i -> tile(rows[i]));
        }
    }

    private Tile tile(int height) {
        return VectorCode.instance(
                "product, " + height + " rows by " + columns + " columns, " + depth + " deep",
                Tile.class,
                PARAMETERS,
                code -> write(code, height));
    }

    /** Products by their number of vectors of 16, of which there are those of some panels; others are never run and never made. */
    static PanelProduct[] byVectors(List<Integer> panels, IntFunction<PanelProduct> ofVectors) {
        var products = new PanelProduct[Collections.max(panels) + 1];
        for (int n : panels) {
            products[n] = products[n] == null ? ofVectors.apply(n) : products[n];
        }
        return products;
    }

    /**
     * Computes all rows.
     *
     * @param c result, rows {@code cRow} apart
     * @param a left operand {@code [rows, depth]}, rows {@code aRow} apart
     * @param b panel {@code [depth, columns]}
     */
    void run(float[] c, int c0, float[] a, int a0, float[] b, int b0) {
        if (!Simd.AVAILABLE) {
            scalar(c, c0, a, a0, b, b0);
            return;
        }
        int step = vectors * Species.LENGTH;
        int first = 0;
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < columns; j += step) {
                tiles[i].run(c, c0 + first * cRow + j, a, a0 + first * aRow, b, b0 + j);
            }
            first += rows[i];
        }
    }

    /** Parameters by slot: c 1, c0 2, a 3, a0 4, b 5, b0 6. */
    private void write(VectorCode code, int rows) {
        var tile = new ProductTile(code, rows, vectors);
        code.repeat(depth, k -> {
            int left = code.plus(4, k);
            int right = code.strided(6, k, columns);
            tile.add(j -> code.load(5, right, j * Species.LENGTH), i -> code.broadcast(3, left, i * aRow));
        });
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < vectors; j++) {
                tile.store(i, j, adding, 1, 2, i * cRow + j * Species.LENGTH);
            }
        }
    }

    /** Scalar twin. */
    void scalar(float[] c, int c0, float[] a, int a0, float[] b, int b0) {
        int count = Arrays.stream(rows).sum();
        float[] sums = new float[columns];
        for (int i = 0; i < count; i++) {
            Arrays.fill(sums, 0f);
            for (int k = 0; k < depth; k++) {
                float factor = a[a0 + i * aRow + k];
                for (int j = 0; j < columns; j++) {
                    sums[j] = Math.fma(factor, b[b0 + k * columns + j], sums[j]);
                }
            }
            int to = c0 + i * cRow;
            for (int j = 0; j < columns; j++) {
                c[to + j] = adding ? c[to + j] + sums[j] : sums[j];
            }
        }
    }
}
