package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

import java.lang.invoke.MethodType;
import java.util.Arrays;

/**
 * Product of values in {@link Lanes} with a panel, summed over all examples of a batch: {@code C[i, j] = Σ_b Σ_l A[b, i, l]
 * B[b, l, j]}, where the panel {@code B} has 16 or 32 columns that lie side by side. Sums run over the examples in order, with
 * multiply-adds rounded once, so that neither the vector width nor the tiling can be seen in the result.
 */
final class LanesProduct {
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
            int.class,
            int.class,
            int.class);

    private final int columns;
    private final int vectors;
    private final int[] rows;
    private final Tile[] tiles;

    /**
     * The product for panels of one width.
     *
     * @param rows rows of the result
     * @param columns columns of the panel, 16 or 32
     */
    LanesProduct(int rows, int columns) {
        this.columns = columns;
        this.vectors = ProductTile.vectors(columns);
        this.rows = ProductTile.rows(rows, vectors);
        this.tiles = new Tile[this.rows.length];
        if (Simd.AVAILABLE) {
            Arrays.setAll(tiles, i -> tile(this.rows[i]));
        }
    }

    private Tile tile(int rows) {
        return VectorCode.instance(
                "product in lanes, " + rows + " rows by " + columns + " columns",
                Tile.class,
                PARAMETERS,
                code -> write(code, rows));
    }

    /** Some rows by some vectors of the result, in registers over all examples. */
    interface Tile {
        /**
         * Computes them.
         *
         * @param c result, the first row at {@code c0}, rows {@code cRow} apart
         * @param a {@code [rows, 16]} of block {@code b} at {@code a0 + b aBlock}
         * @param panel {@code [16, columns]} of block {@code b} at {@code p0 + b pBlock}
         * @param lanes 16
         */
        void run(
                float[] c,
                int c0,
                int cRow,
                float[] a,
                int a0,
                int aBlock,
                float[] panel,
                int p0,
                int pBlock,
                int blocks,
                int lanes);
    }

    /**
     * Computes it.
     *
     * @param c result, rows {@code cRow} apart
     * @param a block {@code b} is {@code [rows, 16]} from {@code a0 + b aBlock}
     * @param panel block {@code b} is {@code [16, columns]} from {@code p0 + b pBlock}
     */
    void run(
            float[] c, int c0, int cRow, float[] a, int a0, int aBlock, float[] panel, int p0, int pBlock, int blocks) {
        if (!Simd.AVAILABLE) {
            scalar(c, c0, cRow, a, a0, aBlock, panel, p0, pBlock, blocks);
            return;
        }
        int step = vectors * Species.LENGTH;
        int row = 0;
        for (int i = 0; i < rows.length; i++) {
            int to = c0 + row * cRow;
            int from = a0 + row * COUNT;
            for (int j = 0; j < columns; j += step) {
                tiles[i].run(c, to + j, cRow, a, from, aBlock, panel, p0 + j, pBlock, blocks, COUNT);
            }
            row += rows[i];
        }
    }

    /** Parameters by slot: c 1, c0 2, cRow 3, a 4, a0 5, aBlock 6, panel 7, p0 8, pBlock 9, blocks 10, lanes 11. */
    private void write(VectorCode code, int rows) {
        var tile = new ProductTile(code, rows, vectors);
        code.loop(10, b -> {
            int from = code.stridedBy(5, b, 6);
            int block = code.stridedBy(8, b, 9);
            code.loop(11, l -> {
                int a = code.plus(from, l);
                int at = code.strided(block, l, columns);
                tile.add(j -> code.load(7, at, j * Species.LENGTH), i -> code.broadcast(4, a, i * COUNT));
            });
        });
        int to = 2;
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < vectors; j++) {
                tile.store(i, j, false, 1, to, j * Species.LENGTH);
            }
            to = i + 1 < rows ? code.plus(to, 3) : to;
        }
    }

    /** Scalar twin. */
    void scalar(
            float[] c, int c0, int cRow, float[] a, int a0, int aBlock, float[] panel, int p0, int pBlock, int blocks) {
        int all = Arrays.stream(rows).sum();
        for (int i = 0; i < all; i++) {
            for (int j = 0; j < columns; j++) {
                float sum = 0f;
                for (int b = 0; b < blocks; b++) {
                    int from = a0 + b * aBlock + i * COUNT;
                    int at = p0 + b * pBlock + j;
                    for (int l = 0; l < COUNT; l++) {
                        sum = Math.fma(a[from + l], panel[at + l * columns], sum);
                    }
                }
                c[c0 + i * cRow + j] = sum;
            }
        }
    }
}
