package org.skipjack.kernels;

import java.lang.invoke.MethodType;
import java.util.Arrays;

/**
 * Product of values in {@link Lanes} with a panel, summed over all examples of a batch: {@code C[i, j] = Σ_b Σ_l A[b, i, l]
 * B[b, l, j]}, where the panel {@code B} has 16 or 32 columns that lie side by side and a block one lane for each example,
 * or several. Sums run over the examples in order, with
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

    /** Vectors of sums in registers. */
    private static final int REGISTERS = 16;

    private final int columns;
    private final int lanes;
    private final int[] rows;
    private final Tile[] tiles;

    /**
     * The product for panels of one width.
     *
     * @param rows rows of the result
     * @param columns columns of the panel, 16 or 32
     * @param lanes numbers of a block that are summed, a multiple of 16
     */
    LanesProduct(int rows, int columns, int lanes) {
        this.columns = columns;
        this.lanes = lanes;
        int most = Simd.AVAILABLE ? Math.max(1, REGISTERS * Species.LENGTH / columns) : rows;
        this.rows = ConvTiles.portions(rows, most).stream()
                .mapToInt(Integer::intValue)
                .toArray();
        this.tiles = new Tile[this.rows.length];
        if (Simd.AVAILABLE) {
            Arrays.setAll(tiles, i -> tile(this.rows[i], columns, lanes));
        }
    }

    private static Tile tile(int rows, int columns, int lanes) {
        return VectorCode.instance(
                "product in " + lanes + " lanes, " + rows + " rows by " + columns + " columns",
                Tile.class,
                PARAMETERS,
                code -> write(code, rows, columns, lanes));
    }

    /** Some rows by all columns of the result, in registers over all examples. */
    interface Tile {
        /**
         * Computes them.
         *
         * @param c result, the first row at {@code c0}, rows {@code cRow} apart
         * @param a {@code [rows, lanes]} of block {@code b} at {@code a0 + b aBlock}
         * @param panel {@code [lanes, columns]} of block {@code b} at {@code p0 + b pBlock}
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
     * @param a block {@code b} is {@code [rows, lanes]} from {@code a0 + b aBlock}
     * @param panel block {@code b} is {@code [lanes, columns]} from {@code p0 + b pBlock}
     */
    void run(
            float[] c, int c0, int cRow, float[] a, int a0, int aBlock, float[] panel, int p0, int pBlock, int blocks) {
        if (!Simd.AVAILABLE) {
            scalar(c, c0, cRow, a, a0, aBlock, panel, p0, pBlock, blocks);
            return;
        }
        int row = 0;
        for (int i = 0; i < rows.length; i++) {
            tiles[i].run(c, c0 + row * cRow, cRow, a, a0 + row * lanes, aBlock, panel, p0, pBlock, blocks, lanes);
            row += rows[i];
        }
    }

    /** Parameters by slot: c 1, c0 2, cRow 3, a 4, a0 5, aBlock 6, panel 7, p0 8, pBlock 9, blocks 10, lanes 11. */
    private static void write(VectorCode code, int rows, int columns, int lanes) {
        int vectors = columns / Species.LENGTH;
        int[][] sums = new int[rows][vectors];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < vectors; j++) {
                sums[i][j] = code.zero();
            }
        }
        code.loop(10, b -> {
            int from = code.stridedBy(5, b, 6);
            int block = code.stridedBy(8, b, 9);
            code.loop(11, l -> {
                int at = code.strided(block, l, columns);
                int factors = code.plus(from, l);
                int[] panel = new int[vectors];
                for (int j = 0; j < vectors; j++) {
                    panel[j] = code.load(7, at, j * Species.LENGTH);
                }
                for (int i = 0; i < rows; i++) {
                    int factor = code.broadcast(4, factors, i * lanes);
                    for (int j = 0; j < vectors; j++) {
                        code.multiplyAdd(sums[i][j], factor, panel[j]);
                    }
                }
            });
        });
        int to = 2;
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < vectors; j++) {
                code.store(sums[i][j], 1, to, j * Species.LENGTH);
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
                    int from = a0 + b * aBlock + i * lanes;
                    int at = p0 + b * pBlock + j;
                    for (int l = 0; l < lanes; l++) {
                        sum = Math.fma(a[from + l], panel[at + l * columns], sum);
                    }
                }
                c[c0 + i * cRow + j] = sum;
            }
        }
    }
}
