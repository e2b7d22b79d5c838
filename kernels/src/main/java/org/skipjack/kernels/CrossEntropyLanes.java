package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

/**
 * Softmax and cross-entropy of one block of {@link Lanes}: logits {@code [classes, 16]}, labels {@code [16]} as floats.
 * Sums in double precision, so that a loss near 0 and its gradient keep their digits. Scalar but for the exponentials of the
 * gradient: a classifier's head is a few hundred numbers in a hundred thousand.
 */
public final class CrossEntropyLanes {
    private CrossEntropyLanes() {}

    /**
     * {@code loss = (1 - s) (log Σ eˣ - x[label]) + s (log Σ eˣ - mean x)} with smoothing {@code s}; 0 where the label is
     * {@code ignore}.
     *
     * @throws IllegalArgumentException if a label of the first {@code valid} lanes is neither a class nor ignored
     */
    public static void forward(
            float[] loss,
            int lossOff,
            float[] x,
            int xOff,
            float[] labels,
            int labelsOff,
            int classes,
            int valid,
            float smoothing,
            int ignore,
            int firstExample) {
        for (int l = 0; l < COUNT; l++) {
            int label = (int) labels[labelsOff + l];
            if (l >= valid || label == ignore) {
                loss[lossOff + l] = 0f;
                continue;
            }
            if (label < 0 || label >= classes) {
                throw new IllegalArgumentException("[crossEntropy]: label " + label + " of example "
                        + (firstExample + l) + " is outside 0.." + (classes - 1));
            }
            int at = xOff + l;
            float max = maximum(x, at, classes);
            double normalizer = StrictMath.log(sumExp(x, at, classes, max));
            double nll = normalizer - ((double) x[at + label * COUNT] - max);
            if (smoothing != 0f) {
                double mean = 0;
                for (int c = 0; c < classes; c++) {
                    mean += (double) x[at + c * COUNT] - max;
                }
                nll = (1 - smoothing) * nll + smoothing * (normalizer - mean / classes);
            }
            loss[lossOff + l] = (float) nll;
        }
    }

    /**
     * {@code dx = (softmax(x) - target) upstream}, the target being the smoothed one-hot vector of the label. In lanes without
     * an example, zeros in {@code upstream} give zeros if the logits are finite. {@code dx} may be {@code x}.
     */
    public static void gradient(
            float[] dx,
            int dxOff,
            float[] x,
            int xOff,
            float[] labels,
            int labelsOff,
            float[] upstream,
            int upstreamOff,
            int classes,
            float smoothing,
            int ignore) {
        exponentials(dx, dxOff, x, xOff, classes);
        for (int l = 0; l < COUNT; l++) {
            int to = dxOff + l;
            int label = (int) labels[labelsOff + l];
            float g = upstream[upstreamOff + l];
            if (label == ignore) {
                for (int c = 0; c < classes; c++) {
                    dx[to + c * COUNT] = 0f;
                }
                continue;
            }
            double sum = 0;
            for (int c = 0; c < classes; c++) {
                sum += dx[to + c * COUNT];
            }
            double scale = 1 / sum;
            double share = (double) smoothing / classes;
            for (int c = 0; c < classes; c++) {
                double target = c == label ? 1.0 - smoothing + share : share;
                dx[to + c * COUNT] = (float) (g * (dx[to + c * COUNT] * scale - target));
            }
        }
    }

    /** {@code out[c, l] = eˣ⁻ᵐᵃˣ}, the largest of each lane becoming 1. */
    static void exponentials(float[] out, int outOff, float[] x, int xOff, int classes) {
        if (Simd.AVAILABLE) {
            CrossEntropyLanesSimd.exponentials(out, outOff, x, xOff, classes);
        } else {
            scalarExponentials(out, outOff, x, xOff, classes);
        }
    }

    static void scalarExponentials(float[] out, int outOff, float[] x, int xOff, int classes) {
        for (int l = 0; l < COUNT; l++) {
            float max = maximum(x, xOff + l, classes);
            for (int i = l; i < classes * COUNT; i += COUNT) {
                out[outOff + i] = exp(x[xOff + i], max);
            }
        }
    }

    /** {@code y = x - log Σ eˣ} over the middle of {@code [outer, classes, 16]}. */
    public static void logSoftmax(float[] y, int yOff, float[] x, int xOff, int outer, int classes) {
        for (int o = 0; o < outer; o++) {
            for (int l = 0; l < COUNT; l++) {
                int base = o * classes * COUNT + l;
                float max = maximum(x, xOff + base, classes);
                double normalizer = StrictMath.log(sumExp(x, xOff + base, classes, max));
                for (int c = 0; c < classes; c++) {
                    int i = base + c * COUNT;
                    y[yOff + i] = (float) ((double) x[xOff + i] - max - normalizer);
                }
            }
        }
    }

    private static float maximum(float[] x, int at, int classes) {
        float max = x[at];
        for (int c = 1; c < classes; c++) {
            max = Math.max(max, x[at + c * COUNT]);
        }
        return max;
    }

    /** {@code Σ eˣ⁻ᵐᵃˣ}, at least 1. */
    private static double sumExp(float[] x, int at, int classes, float max) {
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            sum += exp(x[at + c * COUNT], max);
        }
        return sum;
    }

    private static float exp(float x, float max) {
        return ScalarMath.exp(Math.max(x - max, -ScalarMath.LIMIT));
    }
}
