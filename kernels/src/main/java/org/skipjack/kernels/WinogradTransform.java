package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

import java.lang.invoke.MethodType;
import java.util.Arrays;

/**
 * {@code T X Tᵀ} for a square {@code X} of vectors of 16 floats and a constant matrix {@code T}: columns first, then rows.
 */
final class WinogradTransform {
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
            float.class);

    /** One square. */
    interface Square {
        /**
         * Transforms it.
         *
         * @param out result {@code [i, j]} at {@code o0 + i * oRow + j * oColumn}
         * @param in operand {@code [i, j]} at {@code i0 + i * iRow + j * iColumn}
         * @param between scratch of {@link #scratch} floats
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
                float start);
    }

    private final LinearMap map;
    private final boolean started;
    private final Square vectors;

    WinogradTransform(double[][] matrix) {
        this(matrix, false);
    }

    /** A transform, which adds a number to each element of the result if {@code started}. */
    WinogradTransform(double[][] matrix, boolean started) {
        this.map = new LinearMap(matrix);
        this.started = started;
        this.vectors = Simd.AVAILABLE
                ? VectorCode.instance(Square.class, PARAMETERS, this::write)
                : (out, o0, oRow, oColumn, in, i0, iRow, iColumn, between, b0, start) ->
                        scalar(out, o0, oRow, oColumn, in, i0, iRow, iColumn, start);
    }

    /** Floats of scratch. */
    int scratch() {
        return map.results() * map.inputs() * COUNT;
    }

    /** All 16 floats of each element. */
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
        for (int l = 0; l < COUNT; l += Simd.AVAILABLE ? Species.LENGTH : COUNT) {
            vectors.run(out, o0 + l, oRow, oColumn, in, i0 + l, iRow, iColumn, between, b0, start);
        }
    }

    /** Parameters by slot: out 1, o0 2, oRow 3, oColumn 4, in 5, i0 6, iRow 7, iColumn 8, between 9, b0 10, start 11. */
    private void write(VectorCode code) {
        int n = map.inputs();
        int m = map.results();
        code.repeat(n, j -> {
            int column = code.stridedBy(6, j, 8);
            int[] x = new int[n];
            for (int i = 0; i < n; i++) {
                x[i] = code.load(5, column, 0);
                column = i + 1 < n ? code.plus(column, 7) : column;
            }
            int[] y = steps(code, x);
            int to = code.strided(10, j, COUNT);
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
            int[] y = steps(code, x);
            int to = code.stridedBy(2, i, 3);
            for (int j = 0; j < m; j++) {
                code.store(started ? code.add(y[j], code.spread(11)) : y[j], 1, to, 0);
                to = j + 1 < m ? code.plus(to, 4) : to;
            }
        });
    }

    private int[] steps(VectorCode code, int[] x) {
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

    /** Scalar twin. */
    void scalar(float[] out, int o0, int oRow, int oColumn, float[] in, int i0, int iRow, int iColumn, float start) {
        int n = map.inputs();
        int m = map.results();
        float[] x = new float[n];
        float[] y = new float[m];
        float[] between = new float[m * n];
        for (int l = 0; l < COUNT; l++) {
            for (int j = 0; j < n; j++) {
                for (int i = 0; i < n; i++) {
                    x[i] = in[i0 + l + i * iRow + j * iColumn];
                }
                map.apply(x, y);
                for (int i = 0; i < m; i++) {
                    between[i * n + j] = y[i];
                }
            }
            for (int i = 0; i < m; i++) {
                System.arraycopy(between, i * n, x, 0, n);
                map.apply(x, y);
                for (int j = 0; j < m; j++) {
                    out[o0 + l + i * oRow + j * oColumn] = started ? y[j] + start : y[j];
                }
            }
        }
    }
}
