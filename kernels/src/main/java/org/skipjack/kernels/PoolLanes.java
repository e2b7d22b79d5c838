package org.skipjack.kernels;

/** Average and maximum pooling of one block of {@link Lanes}. */
public final class PoolLanes {
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

    /** Maximum of each window; padding never wins. NaN propagates. */
    public static void maximum(float[] y, int yOff, float[] x, int xOff, PoolGeometry g) {
        if (Simd.AVAILABLE && g.halves()) {
            PoolLanesHalvesSimd.maximum(y, yOff, x, xOff, g);
        } else if (Simd.AVAILABLE) {
            PoolLanesSimd.maximum(y, yOff, x, xOff, g);
        } else {
            PoolLanesScalar.maximum(y, yOff, x, xOff, g);
        }
    }

    /** Input gradient of {@link #maximum}: to the first maximum in row-major order, to nothing from a window with
     * NaN; {@code dx} is overwritten. */
    public static void maximumGradient(
            float[] dx, int dxOff, float[] dy, int dyOff, float[] x, int xOff, PoolGeometry g) {
        if (Simd.AVAILABLE && g.halves()) {
            PoolLanesHalvesSimd.maximumGradient(dx, dxOff, dy, dyOff, x, xOff, g);
        } else if (Simd.AVAILABLE) {
            PoolLanesSimd.maximumGradient(dx, dxOff, dy, dyOff, x, xOff, g);
        } else {
            PoolLanesScalar.maximumGradient(dx, dxOff, dy, dyOff, x, xOff, g);
        }
    }
}
