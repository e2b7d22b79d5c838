package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * The part of a matrix product that stays in registers while its sums run: some rows by some vectors. Each number of the left
 * operand meets all vectors of the right one, so that with two of them there are fewer loads than multiply-adds.
 *
 * <p>Numbers of the left operand are loaded in order ({@link VectorCode#inOrder}) and are to lie at constant distances from one
 * address. With an address of its own for each row Winograd's products ran at 31 GFLOP/s instead of 54 (64 channels of 24x24 on a
 * Zen 3).
 */
final class ProductTile {
    /** Sums of a tile with 32 registers: enough of them for the latency of two pipes. */
    private static final int SUMS = 16;

    /**
     * Rows of two vectors with 16 registers, of which two are for the right operand and one for the left. Measured on a Zen 3: 91
     * GFLOP/s of 97, with 4 rows 80 and with 5 83; 3 rows of four vectors do not fit, 44.
     */
    private static final int FEW = 6;

    private final VectorCode code;
    private final int[][] sums;

    /** Writes the beginning: a tile of zeros. */
    ProductTile(VectorCode code, int rows, int vectors) {
        this(code, rows, vectors, i -> code.zero());
    }

    /** Writes the beginning: a tile whose vectors of row {@code i} are what {@code start} writes for it. */
    ProductTile(VectorCode code, int rows, int vectors, IntUnaryOperator start) {
        this.code = code;
        this.sums = new int[rows][vectors];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < vectors; j++) {
                sums[i][j] = start.applyAsInt(i);
            }
        }
    }

    /** Vectors of a tile within so many columns, a multiple of 16 and 64 at most. */
    static int vectors(int columns) {
        return Simd.AVAILABLE && Species.LENGTH < COUNT ? 2 : columns / COUNT;
    }

    /** Rows of the largest tile of so many vectors. */
    static int rows(int vectors) {
        if (Simd.FEW_REGISTERS) {
            return 2 * FEW / vectors;
        }
        return vectors == 3 ? SUMS / 2 : SUMS / vectors;
    }

    /** The rows of each tile of a product with {@code count} rows. */
    static int[] rows(int count, int vectors) {
        return ConvTiles.portions(count, rows(vectors)).stream()
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** Writes {@code sum[i, j] += factor[i] * vector[j]}; the operators write the loads. */
    void add(IntUnaryOperator vector, IntUnaryOperator factor) {
        code.inOrder();
        int[] right = IntStream.range(0, sums[0].length).map(vector).toArray();
        for (int i = 0; i < sums.length; i++) {
            code.inOrder();
            int number = factor.applyAsInt(i);
            for (int j = 0; j < right.length; j++) {
                code.multiplyAdd(sums[i][j], number, right[j]);
            }
        }
    }

    /** Writes the end of one vector: to where it belongs, or added to what is there. */
    void store(int row, int vector, boolean adding, int array, int index, int offset) {
        int sum = sums[row][vector];
        code.store(adding ? code.add(code.load(array, index, offset), sum) : sum, array, index, offset);
    }
}
