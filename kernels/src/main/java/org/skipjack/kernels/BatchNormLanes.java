package org.skipjack.kernels;

/**
 * Batch normalisation of one block of {@link Lanes}, {@code [channels, size, 16]}. Statistics are {@code [2, channels]}:
 * means, then biased variances.
 */
public final class BatchNormLanes {
    /** Floats of scratch that {@link #statistics} and all sums need: two rows of lanes for each of 16 channels. */
    public static final int SUMS = 2 * Lanes.COUNT * Lanes.COUNT;

    /** Rows of a block's {@link #statistics}: a mean to float precision, what it lacks, the squared deviations. */
    public static final int PARTIALS = 3;

    private BatchNormLanes() {}

    /**
     * Mean {@code m}, its correction {@code Σ (x - m) / n} and the sum of squared deviations of each channel of the block, in
     * two passes; {@link #merge} joins the blocks. Without the correction, a mean rounded to float would cost the variance of
     * a batch of 16 with mean / deviation = 1000 its sixth digit.
     *
     * @param partial {@code [3, channels]} from {@code partialOff}
     * @param valid lanes that hold an example; the others are not read into the result
     * @param sums scratch of {@link #SUMS} floats
     */
    public static void statistics(
            float[] partial,
            int partialOff,
            float[] x,
            int xOff,
            int channels,
            int size,
            int valid,
            float[] sums,
            int sumsOff) {
        if (Simd.AVAILABLE && size == 1) {
            BatchNormLanesFeaturesSimd.statistics(partial, partialOff, x, xOff, channels, valid, sums, sumsOff);
        } else if (Simd.AVAILABLE) {
            BatchNormLanesSimd.statistics(partial, partialOff, x, xOff, channels, size, valid, sums, sumsOff);
        } else {
            BatchNormLanesScalar.statistics(partial, partialOff, x, xOff, channels, size, valid, sums, sumsOff);
        }
    }

    /**
     * Statistics of the batch from those of its blocks by Chan's formula, in double precision and block order.
     *
     * @param out {@code [2, channels]} from {@code outOff}
     * @param partial block {@code b} from {@code partialOff + b stride}
     * @param batch examples in all blocks together
     */
    public static void merge(
            float[] out, int outOff, float[] partial, int partialOff, int stride, int channels, int size, int batch) {
        for (int c = 0; c < channels; c++) {
            double count = 0;
            double mean = 0;
            double squares = 0;
            int at = partialOff + c;
            for (int done = 0; done < batch; done += Lanes.COUNT) {
                double n = (double) Math.min(Lanes.COUNT, batch - done) * size;
                double delta = (double) partial[at] + partial[at + channels] - mean;
                double total = count + n;
                mean += delta * n / total;
                squares += partial[at + 2 * channels] + delta * delta * count * n / total;
                count = total;
                at += stride;
            }
            out[outOff + c] = (float) mean;
            out[outOff + channels + c] = (float) (squares / count);
        }
    }

    /** {@code y = (x - mean) γ / √(var + ε) + β}; {@code sigmoid} applies the logistic function to it as well. */
    public static void normalize(
            float[] y,
            int yOff,
            float[] x,
            int xOff,
            float[] stats,
            int statsOff,
            float[] gamma,
            int gammaOff,
            float[] beta,
            int betaOff,
            int channels,
            int size,
            float epsilon,
            boolean sigmoid) {
        if (Simd.AVAILABLE) {
            BatchNormLanesSimd.normalize(
                    y, yOff, x, xOff, stats, statsOff, gamma, gammaOff, beta, betaOff, channels, size, epsilon,
                    sigmoid);
        } else {
            BatchNormLanesScalar.normalize(
                    y, yOff, x, xOff, stats, statsOff, gamma, gammaOff, beta, betaOff, channels, size, epsilon,
                    sigmoid);
        }
    }

    /**
     * The block's share of {@code Σ dy} and {@code Σ dy x̂}, {@code [2, channels]}.
     *
     * @param valid lanes that hold an example; the others are not read into the result
     * @param sums scratch of {@link #SUMS} floats
     */
    public static void sums(
            float[] partial,
            int partialOff,
            float[] dy,
            int dyOff,
            float[] x,
            int xOff,
            float[] stats,
            int statsOff,
            int channels,
            int size,
            int valid,
            float epsilon,
            float[] sums,
            int sumsOff) {
        if (Simd.AVAILABLE && size == 1) {
            BatchNormLanesFeaturesSimd.sums(
                    partial, partialOff, dy, dyOff, x, xOff, stats, statsOff, channels, valid, epsilon, sums, sumsOff);
        } else if (Simd.AVAILABLE) {
            BatchNormLanesSimd.sums(
                    partial,
                    partialOff,
                    dy,
                    dyOff,
                    x,
                    xOff,
                    stats,
                    statsOff,
                    channels,
                    size,
                    valid,
                    epsilon,
                    sums,
                    sumsOff);
        } else {
            BatchNormLanesScalar.sums(
                    partial,
                    partialOff,
                    dy,
                    dyOff,
                    x,
                    xOff,
                    stats,
                    statsOff,
                    channels,
                    size,
                    valid,
                    epsilon,
                    sums,
                    sumsOff);
        }
    }

    /**
     * {@code dx = γ / √(var + ε) (dy - Σdy / n - x̂ Σ(dy x̂) / n)} in the channels from {@code first} to {@code last}, exclusive. All
     * arrays hold all channels; {@code dx} may be {@code dy}.
     *
     * @param sums {@code [2, channels]}: {@code Σ dy} and {@code Σ dy x̂} over the batch
     * @param count values per channel of the batch, {@code n}
     */
    public static void inputGradient(
            float[] dx,
            int dxOff,
            float[] dy,
            int dyOff,
            float[] x,
            int xOff,
            float[] stats,
            int statsOff,
            float[] gamma,
            int gammaOff,
            float[] sums,
            int sumsOff,
            int channels,
            int size,
            int count,
            float epsilon,
            int first,
            int last) {
        if (Simd.AVAILABLE) {
            BatchNormLanesSimd.inputGradient(
                    dx, dxOff, dy, dyOff, x, xOff, stats, statsOff, gamma, gammaOff, sums, sumsOff, channels, size,
                    count, epsilon, first, last);
        } else {
            BatchNormLanesScalar.inputGradient(
                    dx, dxOff, dy, dyOff, x, xOff, stats, statsOff, gamma, gammaOff, sums, sumsOff, channels, size,
                    count, epsilon, first, last);
        }
    }

    static float inverseDeviation(float variance, float epsilon) {
        return (float) (1 / Math.sqrt((double) variance + epsilon));
    }
}
