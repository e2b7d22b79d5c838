package org.skipjack.kernels;

/**
 * Winograd's minimal filtering {@code F(m, r)}: {@code m} outputs of a correlation with {@code r} taps from
 * {@code n = m + r - 1} products, {@code y = Aᵀ [(G g) ∘ (Bᵀ d)]}, by interpolation at {@code n - 1} points and infinity (Lavin
 * and Gray, 2016). The points are those of least rounding error among short ones: 0, ±5/8, ±3/2 for six products, 0, ±1/2, ±1,
 * ±2 for eight.
 */
final class WinogradMatrices {
    private static final double[] POINTS_4 = {0, 1, -1};
    private static final double[] POINTS_5 = {0, 1, -1, 2};
    private static final double[] POINTS_6 = {0, 0.625, -0.625, 1.5, -1.5};
    private static final double[] POINTS_8 = {0, 0.5, -0.5, 1, -1, 2, -2};

    private final int outputs;
    private final int taps;
    private final double[] points;

    /** Matrices for {@code m} outputs and {@code r} taps, which make 4, 5, 6 or 8 products. */
    WinogradMatrices(int outputs, int taps) {
        this.outputs = outputs;
        this.taps = taps;
        this.points = switch (products()) {
            case 4 -> POINTS_4;
            case 5 -> POINTS_5;
            case 6 -> POINTS_6;
            case 8 -> POINTS_8;
            default ->
                throw new IllegalArgumentException("no Winograd tile of " + outputs + " outputs and " + taps + " taps");
        };
    }

    /** Number of products, {@code m + r - 1}. */
    int products() {
        return outputs + taps - 1;
    }

    /** {@code Bᵀ [n, n]}: row {@code i} holds the coefficients of the product of {@code x - point} over the other points. */
    double[][] input() {
        int n = products();
        var rows = new double[n][];
        for (int i = 0; i < n; i++) {
            double[] polynomial = new double[n];
            polynomial[0] = 1;
            for (int j = 0; j < points.length; j++) {
                if (j != i) {
                    timesRoot(polynomial, points[j]);
                }
            }
            rows[i] = polynomial;
        }
        return rows;
    }

    private static void timesRoot(double[] polynomial, double root) {
        for (int k = polynomial.length - 1; k >= 0; k--) {
            polynomial[k] = (k == 0 ? 0 : polynomial[k - 1]) - root * polynomial[k];
        }
    }

    /** {@code G [n, r]}: powers of each point over the product of its distances from the others. */
    double[][] filter() {
        int n = products();
        var rows = new double[n][taps];
        for (int i = 0; i < points.length; i++) {
            double distances = 1;
            for (int j = 0; j < points.length; j++) {
                distances *= j == i ? 1 : points[i] - points[j];
            }
            for (int k = 0; k < taps; k++) {
                rows[i][k] = Math.pow(points[i], k) / distances;
            }
        }
        rows[n - 1][taps - 1] = 1;
        return rows;
    }

    /** {@code Aᵀ [m, n]}: powers of the points. */
    double[][] output() {
        int n = products();
        var rows = new double[outputs][n];
        for (int k = 0; k < outputs; k++) {
            for (int i = 0; i < points.length; i++) {
                rows[k][i] = Math.pow(points[i], k);
            }
        }
        rows[outputs - 1][n - 1] = 1;
        return rows;
    }

    /** The transpose of a matrix. */
    static double[][] transposed(double[][] m) {
        var t = new double[m[0].length][m.length];
        for (int i = 0; i < m.length; i++) {
            for (int k = 0; k < m[0].length; k++) {
                t[k][i] = m[i][k];
            }
        }
        return t;
    }
}
