package org.skipjack.kernels;

/** Average and maximum pooling of one block of {@link Lanes}. */
public final class PoolLanes {
    /** Stands for a scale that is positive in each channel. */
    public static final Slice MAXIMUM = Slice.NONE;

    private PoolLanes() {}

    /**
     * Mean of each window.
     *
     * @param y {@code [channels, outH, outW, 16]} from {@code yOff}
     * @param x {@code [channels, height, width, 16]} from {@code xOff}
     * @param countPadding whether padding counts in the divisor, as zeros
     */
    public static void average(float[] y, int yOff, float[] x, int xOff, PoolGeometry g, boolean countPadding) {
        if (Simd.AVAILABLE && g.halves()) {
            PoolLanesHalvesSimd.average(y, yOff, x, xOff, g);
        } else if (Simd.AVAILABLE) {
            PoolLanesSimd.average(y, yOff, x, xOff, g, countPadding);
        } else {
            PoolLanesScalar.average(y, yOff, x, xOff, g, countPadding);
        }
    }

    /** Input gradient of {@link #average}; {@code dx} is overwritten. */
    public static void averageGradient(
            float[] dx, int dxOff, float[] dy, int dyOff, PoolGeometry g, boolean countPadding) {
        if (Simd.AVAILABLE && g.halves()) {
            PoolLanesHalvesSimd.averageGradient(dx, dxOff, dy, dyOff, g);
        } else if (Simd.AVAILABLE) {
            PoolLanesSimd.averageGradient(dx, dxOff, dy, dyOff, g, countPadding);
        } else {
            PoolLanesScalar.averageGradient(dx, dxOff, dy, dyOff, g, countPadding);
        }
    }

    /**
     * Maximum of each window, or minimum in channels that are going to be multiplied by something negative; padding never wins.
     * NaN propagates.
     *
     * @param scale a number for each channel, whose sign says which; {@link #MAXIMUM} for the maximum in all
     */
    public static void extreme(float[] y, int yOff, float[] x, int xOff, Slice scale, PoolGeometry g) {
        if (Simd.AVAILABLE && g.halves()) {
            PoolLanesHalvesSimd.extreme(y, yOff, x, xOff, scale, g);
        } else if (Simd.AVAILABLE) {
            PoolLanesSimd.extreme(y, yOff, x, xOff, scale, g);
        } else {
            PoolLanesScalar.extreme(y, yOff, x, xOff, scale, g);
        }
    }

    /**
     * Input gradient of {@link #extreme} in the channels from {@code first} to {@code last}, exclusive: to the first such element
     * in row-major order, to nothing from a window with NaN; {@code dx} is overwritten. All arrays hold all channels.
     */
    public static void extremeGradient(
            float[] dx,
            int dxOff,
            float[] dy,
            int dyOff,
            float[] x,
            int xOff,
            Slice scale,
            PoolGeometry g,
            int first,
            int last) {
        if (Simd.AVAILABLE && g.halves()) {
            PoolLanesHalvesSimd.extremeGradient(dx, dxOff, dy, dyOff, x, xOff, scale, g, first, last);
        } else if (Simd.AVAILABLE) {
            PoolLanesSimd.extremeGradient(dx, dxOff, dy, dyOff, x, xOff, scale, g, first, last);
        } else {
            PoolLanesScalar.extremeGradient(dx, dxOff, dy, dyOff, x, xOff, scale, g, first, last);
        }
    }

    /** What a channel is multiplied by so that its extremes are maxima: 1 or -1. */
    static float sign(Slice scale, int channel) {
        return scale.array().length > 0 && scale.array()[scale.at() + channel] < 0 ? -1f : 1f;
    }
}
