package org.skipjack.kernels;

import java.util.ArrayList;
import java.util.List;

/**
 * A small constant matrix times a vector, as a sequence of additions and multiply-adds that is the same in every kernel.
 * What rows (or columns) of opposite points have in common is computed once: {@code E + O} and {@code E - O}.
 */
final class LinearMap {
    /** What a step does: copies stand for a factor of one, so they cost nothing. */
    enum Kind {
        /** {@code a + b}. */
        ADD,
        /** {@code a - b}. */
        SUBTRACT,
        /** {@code factor * a}. */
        SCALE,
        /** {@code factor * a + b}, rounded once. */
        MULTIPLY_ADD
    }

    /** Step {@code i} gives the value numbered {@code inputs + i}. */
    record Step(Kind kind, int a, int b, float factor) {}

    private final int inputs;
    private final List<Step> steps = new ArrayList<>();
    private final int[] results;

    /** The map {@code y[i] = Σ_k matrix[i][k] x[k]}; the matrix holds float values. */
    LinearMap(double[][] matrix) {
        inputs = matrix[0].length;
        results = new int[matrix.length];
        boolean rows = matrix.length > inputs;
        for (int i = 0; i + 1 < matrix.length && matrix.length == inputs; i++) {
            rows |= opposite(matrix[i], matrix[i + 1]);
        }
        if (rows) {
            pairRows(matrix);
        } else {
            pairColumns(matrix);
        }
    }

    int inputs() {
        return inputs;
    }

    List<Step> steps() {
        return steps;
    }

    /** The value that holds each result. */
    int result(int i) {
        return results[i];
    }

    int results() {
        return results.length;
    }

    /** The results for single numbers; {@code values} is scratch. */
    void apply(float[] x, float[] y) {
        float[] values = new float[inputs + steps.size()];
        System.arraycopy(x, 0, values, 0, inputs);
        for (int i = 0; i < steps.size(); i++) {
            Step s = steps.get(i);
            float a = values[s.a];
            values[inputs + i] = switch (s.kind) {
                case ADD -> a + values[s.b];
                case SUBTRACT -> a - values[s.b];
                case SCALE -> s.factor * a;
                case MULTIPLY_ADD -> Math.fma(a, s.factor, values[s.b]);
            };
        }
        for (int i = 0; i < results.length; i++) {
            y[i] = values[results[i]];
        }
    }

    private void pairRows(double[][] m) {
        boolean[] done = new boolean[m.length];
        for (int i = 0; i < m.length; i++) {
            if (done[i]) {
                continue;
            }
            if (i + 1 < m.length && opposite(m[i], m[i + 1])) {
                int even = sum(m[i], all(inputs), 0);
                int odd = sum(m[i], all(inputs), 1);
                results[i] = step(Kind.ADD, even, odd, 1);
                results[i + 1] = step(Kind.SUBTRACT, even, odd, 1);
                done[i + 1] = true;
            } else {
                results[i] = sum(m[i], all(inputs), -1);
            }
        }
    }

    /** Equal where the column is even, of opposite sign where it is odd, and not all zero in either. */
    private static boolean opposite(double[] a, double[] b) {
        boolean even = false;
        boolean odd = false;
        for (int k = 0; k < a.length; k++) {
            if (b[k] != (k % 2 == 0 ? a[k] : -a[k])) {
                return false;
            }
            even |= k % 2 == 0 && a[k] != 0;
            odd |= k % 2 == 1 && a[k] != 0;
        }
        return even && odd;
    }

    private void pairColumns(double[][] m) {
        int[] values = all(inputs);
        int[] differences = all(inputs);
        boolean[] absorbed = new boolean[inputs];
        for (int k = 0; k + 1 < inputs; k++) {
            if (!absorbed[k] && oppositeColumns(m, k)) {
                values[k] = step(Kind.ADD, k, k + 1, 1);
                differences[k] = step(Kind.SUBTRACT, k, k + 1, 1);
                absorbed[k + 1] = true;
            }
        }
        for (int i = 0; i < m.length; i++) {
            double[] row = m[i].clone();
            for (int k = 0; k < inputs; k++) {
                row[k] = absorbed[k] ? 0 : row[k];
            }
            results[i] = sum(row, i % 2 == 0 ? values : differences, -1);
        }
    }

    private static boolean oppositeColumns(double[][] m, int k) {
        double[][] columns = WinogradMatrices.transposed(m);
        return opposite(columns[k], columns[k + 1]);
    }

    private static int[] all(int n) {
        int[] values = new int[n];
        for (int i = 0; i < n; i++) {
            values[i] = i;
        }
        return values;
    }

    /** {@code Σ_k row[k] values[k]} over the columns of one parity, or all if it is negative; it begins with a factor of one. */
    private int sum(double[] row, int[] values, int parity) {
        int start = -1;
        for (int k = 0; k < row.length; k++) {
            if (row[k] != 0 && (parity < 0 || k % 2 == parity) && (start < 0 || (row[start] != 1 && row[k] == 1))) {
                start = k;
            }
        }
        int sum = row[start] == 1 ? values[start] : step(Kind.SCALE, values[start], -1, (float) row[start]);
        for (int k = 0; k < row.length; k++) {
            if (k != start && row[k] != 0 && (parity < 0 || k % 2 == parity)) {
                sum = row[k] == 1
                        ? step(Kind.ADD, sum, values[k], 1)
                        : step(Kind.MULTIPLY_ADD, values[k], sum, (float) row[k]);
            }
        }
        return sum;
    }

    private int step(Kind kind, int a, int b, float factor) {
        steps.add(new Step(kind, a, b, factor));
        return inputs + steps.size() - 1;
    }
}
