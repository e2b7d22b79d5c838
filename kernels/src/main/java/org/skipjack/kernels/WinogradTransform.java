package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * {@code T X Tᵀ} for a square {@code X} of vectors of 16 floats and a constant matrix {@code T}: columns first, then rows.
 * Of a square that hangs over the border of a map, rows and columns outside count as zeros and are not read.
 */
final class WinogradTransform {
    /** Floats that a square's code computes at once. */
    static final int VECTOR = Simd.AVAILABLE ? Species.LENGTH : COUNT;

    private static final MethodType PARAMETERS = MethodType.methodType(
            void.class,
            float[].class,
            int.class,
            int.class,
            int.class,
            float[].class,
            int.class,
            int.class,
            int.class,
            float[].class,
            int.class,
            int.class,
            int.class,
            float.class);

    /** The code for squares whose rows within the map are the same. */
    interface Square {
        /**
         * Transforms one.
         *
         * @param out result {@code [i, j]} at {@code o0 + i * oRow + j * oColumn}
         * @param in operand {@code [i, j]} at {@code i0 + i * iRow + j * iColumn}
         * @param between scratch of {@link #scratch} floats, zeros in the columns that are outside
         * @param column first column within the map
         * @param columns number of columns within the map
         * @param start what is added to each element of the result, if the transform does that
         */
        void run(
                float[] out,
                int o0,
                int oRow,
                int oColumn,
                float[] in,
                int i0,
                int iRow,
                int iColumn,
                float[] between,
                int b0,
                int column,
                int columns,
                float start);
    }

    /** Rows within the map. */
    private record Rows(int first, int last) {}

    private final LinearMap map;
    private final boolean started;
    private final Square whole;
    private final Map<Rows, Square> cut = new ConcurrentHashMap<>();

    WinogradTransform(double[][] matrix) {
        this(matrix, false);
    }

    /** A transform, which adds a number to each element of the result if {@code started}. */
    WinogradTransform(double[][] matrix, boolean started) {
        this.map = new LinearMap(matrix);
        this.started = started;
        this.whole = square(new Rows(0, map.inputs()));
    }

    private Square square(Rows rows) {
        return Simd.AVAILABLE
                ? VectorCode.instance(
                        "Winograd's transform, " + map.results() + " from " + map.inputs() + ", " + rows,
                        Square.class,
                        PARAMETERS,
                        code -> write(code, rows))
                : (out, o0, oRow, oColumn, in, i0, iRow, iColumn, between, b0, column, columns, start) ->
                        scalar(out, o0, oRow, oColumn, in, i0, iRow, iColumn, column, columns, start, rows);
    }

    /** The matrix. */
    LinearMap map() {
        return map;
    }

    /** Rows and columns of the result. */
    int side() {
        return map.results();
    }

    /** Floats of scratch. */
    int scratch() {
        return map.results() * map.inputs() * COUNT;
    }

    /** All 16 floats of each element of a whole square. */
    void run(
            float[] out,
            int o0,
            int oRow,
            int oColumn,
            float[] in,
            int i0,
            int iRow,
            int iColumn,
            float[] between,
            int b0,
            float start) {
        int columns = map.inputs();
        for (int l = 0; l < COUNT; l += VECTOR) {
            whole.run(out, o0 + l, oRow, oColumn, in, i0 + l, iRow, iColumn, between, b0, 0, columns, start);
        }
    }

    /** The code for squares whose rows from {@code first} to {@code last} are within the map. */
    Square rows(int first, int last) {
        var rows = new Rows(first, last);
        return first == 0 && last == map.inputs() ? whole : cut.computeIfAbsent(rows, this::square);
    }

    /**
     * Parameters by slot: out 1, o0 2, oRow 3, oColumn 4, in 5, i0 6, iRow 7, iColumn 8, between 9, b0 10, column 11,
     * columns 12, start 13.
     */
    private void write(VectorCode code, Rows rows) {
        int n = map.inputs();
        int m = map.results();
        int top = code.stridedBy(code.stridedBy(6, 11, 8), code.number(rows.first), 7);
        int left = code.strided(10, 11, COUNT);
        int zero = code.zero();
        code.loop(12, j -> {
            int at = code.stridedBy(top, j, 8);
            int[] x = new int[n];
            Arrays.fill(x, zero);
            for (int i = rows.first; i < rows.last; i++) {
                x[i] = code.load(5, at, 0);
                at = i + 1 < rows.last ? code.plus(at, 7) : at;
            }
            int[] y = steps(code, map, x);
            int to = code.strided(left, j, COUNT);
            for (int i = 0; i < m; i++) {
                code.store(y[i], 9, to, i * n * COUNT);
            }
        });
        code.repeat(m, i -> {
            int row = code.strided(10, i, n * COUNT);
            int[] x = new int[n];
            for (int j = 0; j < n; j++) {
                x[j] = code.load(9, row, j * COUNT);
            }
            int[] y = steps(code, map, x);
            int to = code.stridedBy(2, i, 3);
            for (int j = 0; j < m; j++) {
                code.store(started ? code.add(y[j], code.spread(13)) : y[j], 1, to, 0);
                to = j + 1 < m ? code.plus(to, 4) : to;
            }
        });
    }

    /** The code of a map. */
    static int[] steps(VectorCode code, LinearMap map, int[] x) {
        int[] values = Arrays.copyOf(x, x.length + map.steps().size());
        for (int s = 0; s < map.steps().size(); s++) {
            LinearMap.Step step = map.steps().get(s);
            int a = values[step.a()];
            values[x.length + s] = switch (step.kind()) {
                case ADD -> code.add(a, values[step.b()]);
                case SUBTRACT -> code.subtract(a, values[step.b()]);
                case SCALE -> code.multiply(a, code.constant(step.factor()));
                case MULTIPLY_ADD -> code.sum(a, code.constant(step.factor()), values[step.b()]);
            };
        }
        int[] y = new int[map.results()];
        for (int i = 0; i < y.length; i++) {
            y[i] = values[map.result(i)];
        }
        return y;
    }

    /** Scalar twin, for a whole square. */
    void scalar(float[] out, int o0, int oRow, int oColumn, float[] in, int i0, int iRow, int iColumn, float start) {
        int n = map.inputs();
        scalar(out, o0, oRow, oColumn, in, i0, iRow, iColumn, 0, n, start, new Rows(0, n));
    }

    private void scalar(
            float[] out,
            int o0,
            int oRow,
            int oColumn,
            float[] in,
            int i0,
            int iRow,
            int iColumn,
            int column,
            int columns,
            float start,
            Rows rows) {
        int n = map.inputs();
        int m = map.results();
        float[] x = new float[n];
        float[] y = new float[m];
        float[] between = new float[m * n];
        for (int l = 0; l < COUNT; l++) {
            for (int j = column; j < column + columns; j++) {
                for (int i = rows.first; i < rows.last; i++) {
                    x[i] = in[i0 + l + i * iRow + j * iColumn];
                }
                map.apply(x, y);
                for (int i = 0; i < m; i++) {
                    between[i * n + j] = y[i];
                }
            }
            Arrays.fill(x, 0f);
            for (int i = 0; i < m; i++) {
                System.arraycopy(between, i * n, x, 0, n);
                map.apply(x, y);
                for (int j = 0; j < m; j++) {
                    out[o0 + l + i * oRow + j * oColumn] = started ? y[j] + start : y[j];
                }
            }
            Arrays.fill(x, 0f);
        }
    }
}
