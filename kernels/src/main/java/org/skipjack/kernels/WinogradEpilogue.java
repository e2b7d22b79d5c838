package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/**
 * The end of a Winograd convolution in {@link ChannelBlocks}: {@code relu(Aᵀ M A + start + added)} for one tile and 16 filters,
 * where the addition and the ReLU may be missing. Of a tile that hangs over the border of the map, only what lies within is
 * written.
 */
final class WinogradEpilogue {
    private static final int VECTOR = WinogradTransform.VECTOR;

    private static final MethodType PARAMETERS = MethodType.methodType(
            void.class,
            float[].class,
            int.class,
            float[].class,
            int.class,
            int.class,
            int.class,
            float[].class,
            int.class,
            float[].class,
            int.class,
            float[].class,
            int.class);

    /** The code. */
    interface Square {
        /** As {@link WinogradEpilogue#run}, for one vector. */
        void run(
                float[] y,
                int y0,
                float[] m,
                int m0,
                int mRow,
                int mColumn,
                float[] between,
                int b0,
                float[] start,
                int s0,
                float[] added,
                int a0);
    }

    private final LinearMap map;
    private final int yRow;
    private final int rows;
    private final int columns;
    private final boolean adding;
    private final boolean rectified;
    private final @Nullable Square code;

    /**
     * For tiles of which {@code rows} and {@code columns} lie within the map.
     *
     * @param yRow floats from one row of the map to the next
     */
    WinogradEpilogue(WinogradTile tile, int yRow, int rows, int columns, boolean adding, boolean rectified) {
        this.map = tile.output().map();
        this.yRow = yRow;
        this.rows = rows;
        this.columns = columns;
        this.adding = adding;
        this.rectified = rectified;
        this.code = Simd.AVAILABLE
                ? VectorCode.instance(
                        "output of Winograd, " + rows + " rows and " + columns + " columns of " + map.results(),
                        Square.class,
                        PARAMETERS,
                        this::write)
                : null;
    }

    /**
     * Computes a tile.
     *
     * @param y the tile's first pixel at {@code y0}
     * @param m products {@code [i, j]} at {@code m0 + i * mRow + j * mColumn}
     * @param between scratch of {@link WinogradTransform#scratch} floats
     * @param start 16 floats from {@code s0}
     * @param added laid out like {@code y}; not read if nothing is added
     */
    void run(
            float[] y,
            int y0,
            float[] m,
            int m0,
            int mRow,
            int mColumn,
            float[] between,
            int b0,
            float[] start,
            int s0,
            float[] added,
            int a0) {
        if (code == null) {
            scalar(y, y0, m, m0, mRow, mColumn, start, s0, added, a0);
            return;
        }
        for (int l = 0; l < COUNT; l += VECTOR) {
            code.run(y, y0 + l, m, m0 + l, mRow, mColumn, between, b0, start, s0 + l, added, a0 + l);
        }
    }

    /**
     * Parameters by slot: y 1, y0 2, m 3, m0 4, mRow 5, mColumn 6, between 7, b0 8, start 9, s0 10, added 11, a0 12.
     */
    private void write(VectorCode code) {
        int n = map.inputs();
        int m = map.results();
        code.repeat(n, j -> {
            int at = code.stridedBy(4, j, 6);
            int[] x = new int[n];
            for (int i = 0; i < n; i++) {
                x[i] = code.load(3, at, 0);
                at = i + 1 < n ? code.plus(at, 5) : at;
            }
            int[] y = WinogradTransform.steps(code, map, x);
            int to = code.strided(8, j, COUNT);
            for (int i = 0; i < m; i++) {
                code.store(y[i], 7, to, i * n * COUNT);
            }
        });
        int start = code.load(9, 10, 0);
        code.repeat(rows, i -> {
            int row = code.strided(8, i, n * COUNT);
            int[] x = new int[n];
            for (int j = 0; j < n; j++) {
                x[j] = code.load(7, row, j * COUNT);
            }
            int[] y = WinogradTransform.steps(code, map, x);
            int to = code.strided(2, i, yRow);
            int other = code.strided(12, i, yRow);
            for (int j = 0; j < columns; j++) {
                int sum = code.add(y[j], start);
                sum = adding ? code.add(sum, code.load(11, other, j * COUNT)) : sum;
                code.store(rectified ? code.positive(sum) : sum, 1, to, j * COUNT);
            }
        });
    }

    /** Scalar twin. */
    void scalar(
            float[] y, int y0, float[] m, int m0, int mRow, int mColumn, float[] start, int s0, float[] added, int a0) {
        int n = map.inputs();
        float[] x = new float[n];
        float[] result = new float[map.results()];
        float[] between = new float[map.results() * n];
        for (int l = 0; l < COUNT; l++) {
            for (int j = 0; j < n; j++) {
                for (int i = 0; i < n; i++) {
                    x[i] = m[m0 + l + i * mRow + j * mColumn];
                }
                map.apply(x, result);
                for (int i = 0; i < result.length; i++) {
                    between[i * n + j] = result[i];
                }
            }
            for (int i = 0; i < rows; i++) {
                System.arraycopy(between, i * n, x, 0, n);
                map.apply(x, result);
                for (int j = 0; j < columns; j++) {
                    int at = i * yRow + j * COUNT + l;
                    float sum = result[j] + start[s0 + l];
                    sum = adding ? sum + added[a0 + at] : sum;
                    y[y0 + at] = rectified ? Math.max(sum, 0f) : sum;
                }
            }
        }
    }
}
