package org.skipjack.kernels;

/**
 * Winograd's minimal filtering {@code F(m, r)}: {@code m} outputs of a correlation with {@code r} taps from
 * {@code n = m + r - 1} products, {@code y = Aᵀ [(G g) ∘ (Bᵀ d)]}, by interpolation at {@code n - 1} points and infinity (Lavin
 * and Gray, 2016). The points are those of least rounding error among short ones: 0, ±5/8, ±3/2 for six products, 0, ±1/2, ±1,
 * ±2 for eight.
 *
 * <p>With a stride {@code s} the inputs and the taps are dealt into {@code s} phases, each a correlation with stride 1 and fewer
 * taps, whose results add up: {@code n = s (m - 1) + r} products, one for each input again.
 */
final class WinogradMatrices {
    private static final double[] POINTS_4 = {0, 1, -1};
    private static final double[] POINTS_5 = {0, 1, -1, 2};
    private static final double[] POINTS_6 = {0, 0.625, -0.625, 1.5, -1.5};
    private static final double[] POINTS_8 = {0, 0.5, -0.5, 1, -1, 2, -2};

    private final int outputs;
    private final int taps;
    private final int stride;

    /** Matrices for {@code m} outputs and {@code r} taps, of which each phase has one or makes 4, 5, 6 or 8 products. */
    WinogradMatrices(int outputs, int taps, int stride) {
        this.outputs = outputs;
        this.taps = taps;
        this.stride = stride;
    }

    /** Number of products, {@code s (m - 1) + r}. */
    int products() {
        return stride * (outputs - 1) + taps;
    }

    /** {@code Bᵀ [n, n]}. */
    double[][] input() {
        var rows = new double[products()][products()];
        int row = 0;
        for (int phase = 0; phase < stride; phase++) {
            row = deal(input(taps(phase)), rows, row, phase);
        }
        return rows;
    }

    /** {@code G [n, r]}. */
    double[][] filter() {
        var rows = new double[products()][taps];
        int row = 0;
        for (int phase = 0; phase < stride; phase++) {
            row = deal(filter(taps(phase)), rows, row, phase);
        }
        return rows;
    }

    /** Puts the rows of a phase where the last one's end, with their columns where the phase's inputs or taps are; where they end. */
    private int deal(double[][] ofPhase, double[][] rows, int row, int phase) {
        for (int i = 0; i < ofPhase.length; i++) {
            for (int k = 0; k < ofPhase[i].length; k++) {
                rows[row + i][phase + k * stride] = ofPhase[i][k];
            }
        }
        return row + ofPhase.length;
    }

    /** {@code Aᵀ [m, n]}. */
    double[][] output() {
        var rows = new double[outputs][products()];
        int column = 0;
        for (int phase = 0; phase < stride; phase++) {
            double[][] ofPhase = output(taps(phase));
            for (int k = 0; k < outputs; k++) {
                System.arraycopy(ofPhase[k], 0, rows[k], column, ofPhase[k].length);
            }
            column += ofPhase[0].length;
        }
        return rows;
    }

    private int taps(int phase) {
        return Math.ceilDiv(taps - phase, stride);
    }

    private double[] points(int taps) {
        return switch (outputs + taps - 1) {
            case 4 -> POINTS_4;
            case 5 -> POINTS_5;
            case 6 -> POINTS_6;
            case 8 -> POINTS_8;
            default ->
                throw new IllegalArgumentException("no Winograd tile of " + outputs + " outputs and " + taps + " taps");
        };
    }

    /** Row {@code i} holds the coefficients of the product of {@code x - point} over the other points. */
    private double[][] input(int taps) {
        if (taps == 1) {
            return identity();
        }
        double[] points = points(taps);
        int n = points.length + 1;
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

    /** Powers of each point over the product of its distances from the others. */
    private double[][] filter(int taps) {
        if (taps == 1) {
            return ones();
        }
        double[] points = points(taps);
        int n = points.length + 1;
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

    /** Powers of the points. */
    private double[][] output(int taps) {
        if (taps == 1) {
            return identity();
        }
        double[] points = points(taps);
        int n = points.length + 1;
        var rows = new double[outputs][n];
        for (int k = 0; k < outputs; k++) {
            for (int i = 0; i < points.length; i++) {
                rows[k][i] = Math.pow(points[i], k);
            }
        }
        rows[outputs - 1][n - 1] = 1;
        return rows;
    }

    /** Of a single tap each product is an output. */
    private double[][] identity() {
        var rows = new double[outputs][outputs];
        for (int i = 0; i < outputs; i++) {
            rows[i][i] = 1;
        }
        return rows;
    }

    private double[][] ones() {
        var rows = new double[outputs][1];
        for (double[] row : rows) {
            row[0] = 1;
        }
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
