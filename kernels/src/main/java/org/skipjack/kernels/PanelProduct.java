package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

import java.lang.invoke.MethodType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Matrix product with a panel: {@code C[i, j] (+)= Σ_k A[i, k] B[k, j]}, where the panel {@code B} has 16, 32, 48 or 64
 * columns that lie side by side. Sums run over {@code k} in order, with multiply-adds rounded once, so that neither the
 * vector width nor the tiling can be seen in the result.
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
    private final int rows;
    private final int vectors;
    private final @Nullable Tile tile;

    /**
     * The product for panels of one width.
     *
     * @param columns columns of the panel: 16, 32, 48 or 64
     * @param adding whether to add to what {@code C} holds
     */
    PanelProduct(int columns, boolean adding) {
        this.columns = columns;
        this.adding = adding;
        int width = Simd.AVAILABLE ? Species.LENGTH : COUNT;
        int all = columns / width;
        this.vectors = width == COUNT ? all : 2;
        this.rows = width < COUNT ? 4 : rows(all);
        this.tile = Simd.AVAILABLE
                ? VectorCode.instance(
                        "product, " + rows + " rows by " + columns + " columns",
                        Tile.class,
                        PARAMETERS,
                        code -> write(code, width))
                : null;
    }

    /** The products for panels of one vector of 16, two, and so on up to {@code most}, by that number. */
    static PanelProduct[] byVectors(int most, boolean adding) {
        var products = new PanelProduct[most + 1];
        for (int n = 1; n <= most; n++) {
            products[n] = new PanelProduct(n * COUNT, adding);
        }
        return products;
    }

    /** Rows that fill two thirds of 32 registers. */
    private static int rows(int vectors) {
        return switch (vectors) {
            case 4 -> 4;
            case 1 -> 16;
            default -> 8;
        };
    }

    /**
     * Computes {@code count} rows, a multiple of 16.
     *
     * @param c result, rows {@code cRow} apart
     * @param a left operand, rows {@code aRow} apart
     * @param b panel {@code [depth, columns]}
     */
    void run(float[] c, int c0, int cRow, float[] a, int a0, int aRow, float[] b, int b0, int depth, int count) {
        if (tile == null) {
            scalar(c, c0, cRow, a, a0, aRow, b, b0, depth, count);
            return;
        }
        int step = vectors * Species.LENGTH;
        for (int i = 0; i < count; i += rows) {
            for (int j = 0; j < columns; j += step) {
                tile.run(c, c0 + i * cRow + j, cRow, a, a0 + i * aRow, aRow, b, b0 + j, depth);
            }
        }
    }

    /** Parameters by slot: c 1, c0 2, cRow 3, a 4, a0 5, aRow 6, b 7, b0 8, depth 9. */
    private void write(VectorCode code, int width) {
        int[] cRows = new int[rows];
        int[] aRows = new int[rows];
        int[][] sums = new int[rows][vectors];
        for (int i = 0; i < rows; i++) {
            cRows[i] = i == 0 ? 2 : code.plus(cRows[i - 1], 3);
            aRows[i] = i == 0 ? 5 : code.plus(aRows[i - 1], 6);
            for (int j = 0; j < vectors; j++) {
                sums[i][j] = adding ? code.load(1, cRows[i], j * width) : code.zero();
            }
        }
        code.loop(9, k -> {
            int at = code.strided(8, k, columns);
            int[] panel = new int[vectors];
            for (int j = 0; j < vectors; j++) {
                panel[j] = code.load(7, at, j * width);
            }
            for (int i = 0; i < rows; i++) {
                int factor = code.broadcast(4, code.plus(aRows[i], k), 0);
                for (int j = 0; j < vectors; j++) {
                    code.multiplyAdd(sums[i][j], factor, panel[j]);
                }
            }
        });
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < vectors; j++) {
                code.store(sums[i][j], 1, cRows[i], j * width);
            }
        }
    }

    /** Scalar twin. */
    void scalar(float[] c, int c0, int cRow, float[] a, int a0, int aRow, float[] b, int b0, int depth, int count) {
        for (int i = 0; i < count; i++) {
            int to = c0 + i * cRow;
            if (!adding) {
                Arrays.fill(c, to, to + columns, 0f);
            }
            for (int k = 0; k < depth; k++) {
                float factor = a[a0 + i * aRow + k];
                for (int j = 0; j < columns; j++) {
                    c[to + j] = Math.fma(factor, b[b0 + k * columns + j], c[to + j]);
                }
            }
        }
    }
}
