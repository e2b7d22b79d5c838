package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

import java.lang.invoke.MethodType;
import java.util.Arrays;

/**
 * Matrix product with two vectors of 16 columns, wherever each lies, or with one: {@code C[i, v, l] (+)= Σ_k A[i, k] B[k, v, l]}. A
 * {@link PanelProduct} of 16 columns loads as many numbers as it multiplies; two vectors half as many. Sums run over {@code k} in order,
 * with multiply-adds rounded once; what {@code C} holds is added last.
 */
final class VectorsProduct {
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

    /** Some rows of the result, in registers over all of {@code k}. */
    interface Tile {
        /** {@code c} from {@code c0} and {@code c1} with rows {@code cRow} apart, {@code a} likewise, {@code b} from {@code b0} and {@code b1}. */
        void run(
                float[] c, int c0, int c1, int cRow, float[] a, int a0, int aRow, float[] b, int b0, int b1, int depth);
    }

    private final int vectors;
    private final int step;
    private final boolean adding;
    private final int[] rows;
    private final Tile[] tiles;

    /**
     * The product of {@code count} rows.
     *
     * @param vectors 1 or 2; of one, {@code c1} and {@code b1} mean nothing
     * @param step floats from one row of {@code B} to the next
     * @param adding whether to add to what {@code C} holds
     */
    VectorsProduct(int vectors, int count, int step, boolean adding) {
        this.vectors = vectors;
        this.step = step;
        this.adding = adding;
        int registers = Simd.AVAILABLE && Species.LENGTH < COUNT ? 8 : 16;
        this.rows = ConvTiles.portions(count, registers / vectors).stream()
                .mapToInt(Integer::intValue)
                .toArray();
        this.tiles = new Tile[rows.length];
        if (Simd.AVAILABLE) {
            Arrays.setAll(
                    tiles,
                    i -> VectorCode.instance(
                            "product, " + rows[i] + " rows by " + vectors + " vectors, " + step + " apart",
                            Tile.class,
                            PARAMETERS,
                            code -> write(code, rows[i])));
        }
    }

    /**
     * Computes it.
     *
     * @param c result, its vectors at {@code c0} and {@code c1}, rows {@code cRow} apart
     * @param a left operand, rows {@code aRow} apart
     * @param b right operand, its vectors at {@code b0} and {@code b1}
     */
    void run(float[] c, int c0, int c1, int cRow, float[] a, int a0, int aRow, float[] b, int b0, int b1, int depth) {
        if (!Simd.AVAILABLE) {
            scalar(c, c0, c1, cRow, a, a0, aRow, b, b0, b1, depth);
            return;
        }
        int first = 0;
        for (int i = 0; i < rows.length; i++) {
            int to = first * cRow;
            for (int l = 0; l < COUNT; l += Species.LENGTH) {
                tiles[i].run(c, c0 + to + l, c1 + to + l, cRow, a, a0 + first * aRow, aRow, b, b0 + l, b1 + l, depth);
            }
            first += rows[i];
        }
    }

    /** Parameters by slot: c 1, c0 2, c1 3, cRow 4, a 5, a0 6, aRow 7, b 8, b0 9, b1 10, depth 11. */
    private void write(VectorCode code, int height) {
        int[][] to = new int[height][vectors];
        int[] from = new int[height];
        int[][] sums = new int[height][vectors];
        for (int i = 0; i < height; i++) {
            from[i] = i == 0 ? 6 : code.plus(from[i - 1], 7);
            for (int v = 0; v < vectors; v++) {
                to[i][v] = i == 0 ? 2 + v : code.plus(to[i - 1][v], 4);
                sums[i][v] = code.zero();
            }
        }
        code.loop(11, k -> {
            int[] right = new int[vectors];
            for (int v = 0; v < vectors; v++) {
                right[v] = code.load(8, code.strided(9 + v, k, step), 0);
            }
            for (int i = 0; i < height; i++) {
                int factor = code.broadcast(5, code.plus(from[i], k), 0);
                for (int v = 0; v < vectors; v++) {
                    code.multiplyAdd(sums[i][v], factor, right[v]);
                }
            }
        });
        for (int i = 0; i < height; i++) {
            for (int v = 0; v < vectors; v++) {
                int sum = adding ? code.add(code.load(1, to[i][v], 0), sums[i][v]) : sums[i][v];
                code.store(sum, 1, to[i][v], 0);
            }
        }
    }

    /** Scalar twin. */
    void scalar(
            float[] c, int c0, int c1, int cRow, float[] a, int a0, int aRow, float[] b, int b0, int b1, int depth) {
        int count = Arrays.stream(rows).sum();
        float[] sums = new float[COUNT];
        for (int i = 0; i < count; i++) {
            for (int v = 0; v < vectors; v++) {
                Arrays.fill(sums, 0f);
                int from = v == 0 ? b0 : b1;
                for (int k = 0; k < depth; k++) {
                    float factor = a[a0 + i * aRow + k];
                    for (int l = 0; l < COUNT; l++) {
                        sums[l] = Math.fma(factor, b[from + k * step + l], sums[l]);
                    }
                }
                int to = (v == 0 ? c0 : c1) + i * cRow;
                for (int l = 0; l < COUNT; l++) {
                    c[to + l] = adding ? c[to + l] + sums[l] : sums[l];
                }
            }
        }
    }
}
