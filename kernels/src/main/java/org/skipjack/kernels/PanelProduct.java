package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Matrix product with a panel: {@code C[i, j] (+)= Σ_k A[i, k] B[k, j]}, where the panel {@code B} has 16, 32, 48 or 64
 * columns that lie side by side. Sums run over {@code k} in order, with multiply-adds rounded once, so that neither the
 * vector width nor the tiling can be seen in the result. What {@code C} holds is added last: a long sum in portions has smaller
 * rounding errors than one in a single chain.
 */
final class PanelProduct {
    private static final MethodType PARAMETERS = MethodType.methodType(
            void.class,
            float[].class,
            int.class,
            int.class,
            float[].class,
            int.class,
            int.class,
            float[].class,
            int.class,
            int.class);

    /** Some rows by some vectors of the result, in registers over all of {@code k}. */
    interface Tile {
        /** {@code c} from {@code c0} with rows {@code cRow} apart, {@code a} likewise, {@code b} from {@code b0}. */
        void run(float[] c, int c0, int cRow, float[] a, int a0, int aRow, float[] b, int b0, int depth);
    }

    private final int columns;
    private final boolean adding;
    private final int vectors;
    private final int[] rows;
    private final Tile[] tiles;

    /**
     * The product for panels of one width.
     *
     * @param columns columns of the panel: 16, 32, 48 or 64
     * @param count rows of the result
     * @param adding whether to add to what {@code C} holds
     */
    PanelProduct(int columns, int count, boolean adding) {
        this.columns = columns;
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
                "product, " + height + " rows by " + columns + " columns",
                Tile.class,
                PARAMETERS,
                code -> write(code, height));
    }

    /**
     * The products of {@code count} rows for panels of these numbers of vectors of 16, by that number; others are never run and
     * never made.
     */
    static PanelProduct[] byVectors(List<Integer> panels, int count, boolean adding) {
        var products = new PanelProduct[Collections.max(panels) + 1];
        for (int n : panels) {
            products[n] = products[n] == null ? new PanelProduct(n * COUNT, count, adding) : products[n];
        }
        return products;
    }

    /**
     * Computes all rows.
     *
     * @param c result, rows {@code cRow} apart
     * @param a left operand, rows {@code aRow} apart
     * @param b panel {@code [depth, columns]}
     */
    void run(float[] c, int c0, int cRow, float[] a, int a0, int aRow, float[] b, int b0, int depth) {
        if (!Simd.AVAILABLE) {
            scalar(c, c0, cRow, a, a0, aRow, b, b0, depth);
            return;
        }
        int step = vectors * Species.LENGTH;
        int first = 0;
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < columns; j += step) {
                tiles[i].run(c, c0 + first * cRow + j, cRow, a, a0 + first * aRow, aRow, b, b0 + j, depth);
            }
            first += rows[i];
        }
    }

    /** Parameters by slot: c 1, c0 2, cRow 3, a 4, a0 5, aRow 6, b 7, b0 8, depth 9. */
    private void write(VectorCode code, int rows) {
        int[] cRows = new int[rows];
        int[] aRows = new int[rows];
        for (int i = 0; i < rows; i++) {
            cRows[i] = i == 0 ? 2 : code.plus(cRows[i - 1], 3);
            aRows[i] = i == 0 ? 5 : code.plus(aRows[i - 1], 6);
        }
        var tile = new ProductTile(code, rows, vectors);
        code.loop(9, k -> {
            int at = code.strided(8, k, columns);
            int[] panel = new int[vectors];
            for (int j = 0; j < vectors; j++) {
                panel[j] = code.load(7, at, j * Species.LENGTH);
            }
            tile.add(panel, i -> code.broadcast(4, code.plus(aRows[i], k), 0));
        });
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < vectors; j++) {
                tile.store(i, j, adding, 1, cRows[i], j * Species.LENGTH);
            }
        }
    }

    /** Scalar twin. */
    void scalar(float[] c, int c0, int cRow, float[] a, int a0, int aRow, float[] b, int b0, int depth) {
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
