package org.skipjack.benchmarks.kernels;

import org.skipjack.kernels.Lanes;

/** Batch normalisation of one block of 16 examples in double precision, by its definition. */
final class PlainBatchNorm {
    private final float[] x;
    private final float[] dy;
    private final float[] gamma;
    private final float[] beta;
    private final int channels;
    private final int count;
    private final double[] mean;
    private final double[] variance;
    private final double[] inverse;

    /** Of values and gradients {@code [channels, size, 16]}. */
    PlainBatchNorm(float[] x, float[] dy, float[] gamma, float[] beta, int channels, int size, double epsilon) {
        this.x = x;
        this.dy = dy;
        this.gamma = gamma;
        this.beta = beta;
        this.channels = channels;
        this.count = size * Lanes.COUNT;
        this.mean = new double[channels];
        this.variance = new double[channels];
        this.inverse = new double[channels];
        for (int i = 0; i < x.length; i++) {
            mean[i / count] += (double) x[i] / count;
        }
        for (int i = 0; i < x.length; i++) {
            double deviation = x[i] - mean[i / count];
            variance[i / count] += deviation * deviation / count;
        }
        for (int c = 0; c < channels; c++) {
            inverse[c] = 1 / Math.sqrt(variance[c] + epsilon);
        }
    }

    /** Means, then biased variances. */
    double[] statistics() {
        var out = new double[2 * channels];
        System.arraycopy(mean, 0, out, 0, channels);
        System.arraycopy(variance, 0, out, channels, channels);
        return out;
    }

    private double standardized(int i) {
        return (x[i] - mean[i / count]) * inverse[i / count];
    }

    double[] normalized(boolean sigmoid) {
        var out = new double[x.length];
        for (int i = 0; i < out.length; i++) {
            double y = standardized(i) * gamma[i / count] + beta[i / count];
            out[i] = sigmoid ? PlainLoops.sigmoid(y) : y;
        }
        return out;
    }

    /** Sums of {@code dy}, then of {@code dy} times the standardised {@code x}. */
    double[] gradientSums() {
        var out = new double[2 * channels];
        for (int i = 0; i < x.length; i++) {
            out[i / count] += dy[i];
            out[channels + i / count] += dy[i] * standardized(i);
        }
        return out;
    }

    double[] inputGradient() {
        double[] sums = gradientSums();
        var out = new double[x.length];
        for (int i = 0; i < out.length; i++) {
            int c = i / count;
            double centred = dy[i] - sums[c] / count - standardized(i) * sums[channels + c] / count;
            out[i] = gamma[c] * inverse[c] * centred;
        }
        return out;
    }
}
