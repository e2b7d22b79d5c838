package org.skipjack.kernels;

/**
 * Gradients of {@code y = sigmoid(batchNorm(x))}, and of its average over windows of 2x2, in one block of {@link Lanes}. What
 * {@link BatchNormLanes} reads as {@code dy} is computed on the way, so that no gradient of the sigmoid or of the pool is
 * stored; the bits are those of the separate kernels.
 */
public final class BatchNormSigmoidLanes {
    private BatchNormSigmoidLanes() {}

    /**
     * {@link BatchNormLanes#sums} of {@code dy = up y (1 - y)}, which is not stored.
     *
     * @param up gradient of {@code y}, {@code [channels, size, 16]}
     * @param valid lanes that hold an example; the others are not read into the result
     * @param sums scratch of {@link BatchNormLanes#SUMS} floats
     */
    public static void sums(
            float[] partial,
            int partialOff,
            float[] up,
            int upOff,
            float[] y,
            int yOff,
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
            BatchNormLanesFeaturesSimd.sigmoidSums(
                    partial,
                    partialOff,
                    up,
                    upOff,
                    y,
                    yOff,
                    x,
                    xOff,
                    stats,
                    statsOff,
                    channels,
                    valid,
                    epsilon,
                    sums,
                    sumsOff);
        } else if (Simd.AVAILABLE) {
            BatchNormSigmoidLanesSimd.sums(
                    partial,
                    partialOff,
                    up,
                    upOff,
                    y,
                    yOff,
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
            BatchNormSigmoidLanesScalar.sums(
                    partial,
                    partialOff,
                    up,
                    upOff,
                    y,
                    yOff,
                    x,
                    xOff,
                    stats,
                    statsOff,
                    channels,
                    size,
                    1,
                    1,
                    valid,
                    epsilon,
                    sums,
                    sumsOff);
        }
    }

    /**
     * {@link #sums} where {@code y} was averaged over windows of 2x2: the gradient of {@code y} is a quarter of that of its
     * window. Neither is stored.
     *
     * @param up gradient of the averages, {@code [channels, height / 2, width / 2, 16]}
     * @param height even
     * @param width even
     */
    public static void pooledSums(
            float[] partial,
            int partialOff,
            float[] up,
            int upOff,
            float[] y,
            int yOff,
            float[] x,
            int xOff,
            float[] stats,
            int statsOff,
            int channels,
            int height,
            int width,
            int valid,
            float epsilon,
            float[] sums,
            int sumsOff) {
        if (Simd.AVAILABLE) {
            BatchNormSigmoidLanesSimd.pooledSums(
                    partial,
                    partialOff,
                    up,
                    upOff,
                    y,
                    yOff,
                    x,
                    xOff,
                    stats,
                    statsOff,
                    channels,
                    height,
                    width,
                    valid,
                    epsilon,
                    sums,
                    sumsOff);
        } else {
            BatchNormSigmoidLanesScalar.sums(
                    partial,
                    partialOff,
                    up,
                    upOff,
                    y,
                    yOff,
                    x,
                    xOff,
                    stats,
                    statsOff,
                    channels,
                    height,
                    width,
                    2,
                    valid,
                    epsilon,
                    sums,
                    sumsOff);
        }
    }

    /**
     * {@link BatchNormLanes#inputGradient} of {@code dy = up y (1 - y)}, which is not stored. {@code dx} may be {@code up} or
     * {@code y}.
     *
     * @param up gradient of {@code y}, {@code [channels, size, 16]}
     * @param sums {@link #sums} over the batch
     * @param count values per channel of the batch
     */
    public static void inputGradient(
            float[] dx,
            int dxOff,
            float[] up,
            int upOff,
            float[] y,
            int yOff,
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
            float epsilon) {
        if (Simd.AVAILABLE) {
            BatchNormSigmoidLanesSimd.inputGradient(
                    dx, dxOff, up, upOff, y, yOff, x, xOff, stats, statsOff, gamma, gammaOff, sums, sumsOff, channels,
                    size, count, epsilon);
        } else {
            BatchNormSigmoidLanesScalar.inputGradient(
                    dx, dxOff, up, upOff, y, yOff, x, xOff, stats, statsOff, gamma, gammaOff, sums, sumsOff, channels,
                    size, 1, 1, count, epsilon);
        }
    }

    /**
     * {@link #inputGradient} where {@code y} was averaged over windows of 2x2. {@code dx} may be {@code y}.
     *
     * @param up gradient of the averages, {@code [channels, height / 2, width / 2, 16]}
     * @param sums {@link #pooledSums} over the batch
     * @param height even
     * @param width even
     */
    public static void pooledInputGradient(
            float[] dx,
            int dxOff,
            float[] up,
            int upOff,
            float[] y,
            int yOff,
            float[] x,
            int xOff,
            float[] stats,
            int statsOff,
            float[] gamma,
            int gammaOff,
            float[] sums,
            int sumsOff,
            int channels,
            int height,
            int width,
            int count,
            float epsilon) {
        if (Simd.AVAILABLE) {
            BatchNormSigmoidLanesSimd.pooledInputGradient(
                    dx, dxOff, up, upOff, y, yOff, x, xOff, stats, statsOff, gamma, gammaOff, sums, sumsOff, channels,
                    height, width, count, epsilon);
        } else {
            BatchNormSigmoidLanesScalar.inputGradient(
                    dx, dxOff, up, upOff, y, yOff, x, xOff, stats, statsOff, gamma, gammaOff, sums, sumsOff, channels,
                    height, width, 2, count, epsilon);
        }
    }
}
