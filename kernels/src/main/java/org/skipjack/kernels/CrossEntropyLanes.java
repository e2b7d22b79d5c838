package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

/**
 * Softmax and cross-entropy of one block of {@link Lanes}: logits {@code [classes, 16]}, labels {@code [16]} as floats.
 * Scalar only: a classifier's head is a few hundred numbers in a hundred thousand.
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
            float normalizer = logSumExp(x, at, classes);
            float nll = normalizer - x[at + label * COUNT];
            if (smoothing != 0f) {
                float mean = 0f;
                for (int c = 0; c < classes; c++) {
                    mean += x[at + c * COUNT];
                }
                nll = (1f - smoothing) * nll + smoothing * (normalizer - mean / classes);
            }
            loss[lossOff + l] = nll;
        }
    }

    /** {@code dx = (softmax(x) - target) upstream}, the target being the smoothed one-hot vector of the label. */
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
        for (int l = 0; l < COUNT; l++) {
            int at = xOff + l;
            int to = dxOff + l;
            int label = (int) labels[labelsOff + l];
            float g = upstream[upstreamOff + l];
            if (label == ignore) {
                for (int c = 0; c < classes; c++) {
                    dx[to + c * COUNT] = 0f;
                }
                continue;
            }
            float max = maximum(x, at, classes);
            float sum = 0f;
            for (int c = 0; c < classes; c++) {
                float e = ScalarMath.exp(Math.max(x[at + c * COUNT] - max, -ScalarMath.LIMIT));
                dx[to + c * COUNT] = e;
                sum += e;
            }
            float scale = 1f / sum;
            for (int c = 0; c < classes; c++) {
                float target = (c == label ? 1f - smoothing : 0f) + smoothing / classes;
                dx[to + c * COUNT] = g * Math.fma(dx[to + c * COUNT], scale, -target);
            }
        }
    }

    /** {@code y = x - log Σ eˣ} over the middle of {@code [outer, classes, 16]}. */
    public static void logSoftmax(float[] y, int yOff, float[] x, int xOff, int outer, int classes) {
        for (int o = 0; o < outer; o++) {
            for (int l = 0; l < COUNT; l++) {
                int base = o * classes * COUNT + l;
                float normalizer = logSumExp(x, xOff + base, classes);
                for (int c = 0; c < classes; c++) {
                    y[yOff + base + c * COUNT] = x[xOff + base + c * COUNT] - normalizer;
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

    private static float logSumExp(float[] x, int at, int classes) {
        float max = maximum(x, at, classes);
        float sum = 0f;
        for (int c = 0; c < classes; c++) {
            sum += ScalarMath.exp(Math.max(x[at + c * COUNT] - max, -ScalarMath.LIMIT));
        }
        return max + (float) StrictMath.log(sum);
    }
}
