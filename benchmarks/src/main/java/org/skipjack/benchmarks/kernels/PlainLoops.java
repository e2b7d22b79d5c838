package org.skipjack.benchmarks.kernels;

import org.skipjack.kernels.ConvGeometry;
import org.skipjack.kernels.Lanes;
import org.skipjack.kernels.PoolGeometry;

/**
 * What kernels are checked with: their definitions as loops in double precision, on the same layout of 16 examples side by
 * side. Shapes and formulas are those of the kernels. Strides are 1 and nothing is padded, as in LeNet.
 */
final class PlainLoops {
    private static final int LANES = Lanes.COUNT;

    private PlainLoops() {}

    /** Given each output with each tap: where the two lie in {@code y}, in {@code x} and in the weights. */
    private interface Meeting {
        void at(int y, int x, int w);
    }

    private static void meet(ConvGeometry g, Meeting meeting) {
        for (int o = 0; o < g.filters(); o++) {
            for (int i = 0; i < g.outH(); i++) {
                for (int j = 0; j < g.outW(); j++) {
                    int y = ((o * g.outH() + i) * g.outW() + j) * LANES;
                    int w = o * g.taps();
                    for (int c = 0; c < g.channels(); c++) {
                        for (int u = 0; u < g.kernelH(); u++) {
                            for (int v = 0; v < g.kernelW(); v++) {
                                int x = ((c * g.height() + i + u) * g.width() + j + v) * LANES;
                                meeting.at(y, x, w++);
                            }
                        }
                    }
                }
            }
        }
    }

    static double[] conv2d(float[] x, float[] w, float[] bias, ConvGeometry g) {
        int map = g.outH() * g.outW() * LANES;
        var out = new double[g.filters() * map];
        for (int i = 0; i < out.length; i++) {
            out[i] = bias[i / map];
        }
        meet(g, (atY, atX, atW) -> {
            for (int l = 0; l < LANES; l++) {
                out[atY + l] += (double) w[atW] * x[atX + l];
            }
        });
        return out;
    }

    static double[] conv2dInputGradient(float[] dy, float[] w, ConvGeometry g) {
        var out = new double[g.channels() * g.height() * g.width() * LANES];
        meet(g, (atY, atX, atW) -> {
            for (int l = 0; l < LANES; l++) {
                out[atX + l] += (double) w[atW] * dy[atY + l];
            }
        });
        return out;
    }

    static double[] conv2dWeightGradient(float[] dy, float[] x, ConvGeometry g) {
        var out = new double[g.filters() * g.taps()];
        meet(g, (atY, atX, atW) -> {
            for (int l = 0; l < LANES; l++) {
                out[atW] += (double) dy[atY + l] * x[atX + l];
            }
        });
        return out;
    }

    static double[] matmul(float[] x, float[] w, float[] bias, int rows, int depth) {
        var out = new double[rows * LANES];
        for (int i = 0; i < out.length; i++) {
            int r = i / LANES;
            out[i] = bias[r];
            for (int k = 0; k < depth; k++) {
                out[i] += (double) w[r * depth + k] * x[k * LANES + i % LANES];
            }
        }
        return out;
    }

    static double[] matmulInputGradient(float[] dy, float[] w, int rows, int depth) {
        var out = new double[depth * LANES];
        for (int i = 0; i < out.length; i++) {
            for (int r = 0; r < rows; r++) {
                out[i] += (double) w[r * depth + i / LANES] * dy[r * LANES + i % LANES];
            }
        }
        return out;
    }

    static double[] matmulWeightGradient(float[] dy, float[] x, int rows, int depth, int blocks) {
        var out = new double[rows * depth];
        for (int b = 0; b < blocks; b++) {
            for (int i = 0; i < out.length; i++) {
                int atY = (b * rows + i / depth) * LANES;
                int atX = (b * depth + i % depth) * LANES;
                for (int l = 0; l < LANES; l++) {
                    out[i] += (double) dy[atY + l] * x[atX + l];
                }
            }
        }
        return out;
    }

    /** Windows of 2 by 2, side by side. */
    static double[] averagePool(float[] x, PoolGeometry g) {
        var out = new double[g.channels() * g.outH() * g.outW() * LANES];
        for (int i = 0; i < x.length; i++) {
            out[windowOf(i, g)] += x[i] / 4.0;
        }
        return out;
    }

    static double[] averagePoolGradient(float[] dy, PoolGeometry g) {
        var out = new double[g.channels() * g.height() * g.width() * LANES];
        for (int i = 0; i < out.length; i++) {
            out[i] = dy[windowOf(i, g)] / 4.0;
        }
        return out;
    }

    private static int windowOf(int index, PoolGeometry g) {
        int column = index / LANES % g.width();
        int row = index / LANES / g.width() % g.height();
        int channel = index / LANES / g.width() / g.height();
        return ((channel * g.outH() + row / 2) * g.outW() + column / 2) * LANES + index % LANES;
    }

    static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    static double[] sigmoid(float[] x) {
        var out = new double[x.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = sigmoid(x[i]);
        }
        return out;
    }

    static double[] sigmoidGradient(float[] dy, float[] y) {
        var out = new double[y.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (double) dy[i] * y[i] * (1.0 - y[i]);
        }
        return out;
    }

    static double[] fromRows(float[] rows, int elements) {
        var out = new double[elements * LANES];
        for (int i = 0; i < out.length; i++) {
            out[i] = rows[i % LANES * elements + i / LANES];
        }
        return out;
    }
}
