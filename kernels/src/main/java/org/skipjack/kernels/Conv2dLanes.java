package org.skipjack.kernels;

/**
 * 2-D convolution of one block of {@link Lanes}: {@code y[o,i,j] = b[o] + Σ w[o,c,u,v] x[c, i s + u d - p, j s + v d - p]}.
 * Taps that fall outside the map count as zeros. Weights are OIHW.
 */
public final class Conv2dLanes {
    /** Stands for a bias that is not there. */
    public static final float[] NO_BIAS = {};

    /** What is computed of a convolution. */
    public enum Pass {
        /** The result without a bias. */
        FORWARD,
        /** The result with a bias. */
        BIASED_FORWARD,
        /** The gradient of the input. */
        INPUT_GRADIENT,
        /** The gradient of the weight. */
        WEIGHT_GRADIENT
    }

    private Conv2dLanes() {}

    /** Generates the kernels of a pass, which its first call would do otherwise; see {@link ColdKernels}. */
    public static void prepare(ConvGeometry g, Pass pass) {
        if (Simd.AVAILABLE) {
            Conv2dLanesSimd.prepare(g, pass);
        }
    }

    /**
     * The convolution.
     *
     * @param y {@code [filters, outH, outW, 16]} from {@code yOff}
     * @param x {@code [channels, height, width, 16]} from {@code xOff}
     * @param w {@code [filters, channels, kernelH, kernelW]} from {@code wOff}
     * @param bias {@code [filters]} from {@code biasOff}, or {@link #NO_BIAS}
     */
    public static void forward(
            float[] y, int yOff, float[] x, int xOff, float[] w, int wOff, float[] bias, int biasOff, ConvGeometry g) {
        if (Simd.AVAILABLE) {
            Conv2dLanesSimd.forward(y, yOff, x, xOff, w, wOff, bias, biasOff, g);
        } else {
            Conv2dLanesScalar.forward(y, yOff, x, xOff, w, wOff, bias, biasOff, g);
        }
    }

    /** Floats of scratch that {@link #weightGradient} needs. */
    public static int sums(ConvGeometry g) {
        if (PointwiseWeightGradient.fits(g)) {
            return PointwiseWeightGradient.scratch();
        }
        int rows = WeightTiles.filters(g) * WeightTiles.channels(g) * g.kernelH() * g.kernelW();
        return (rows + Lanes.COUNT) * Lanes.COUNT;
    }

    /** Number of groups that {@link #weightGradient} is divided into. */
    public static int weightGroups(ConvGeometry g) {
        return PointwiseWeightGradient.fits(g)
                ? PointwiseWeightGradient.groups(g)
                : WeightTiles.groups(g).size();
    }

    /**
     * One group of the weight gradient, some filters or some channels, over some blocks:
     * {@code dw[o,c,u,v] = Σ dy[o,i,j,l] x[c, i s + u d - p, j s + v d - p, l]} over blocks, the output map and the 16 lanes.
     * Lanes without an example must hold zeros in {@code dy} and finite numbers in {@code x}.
     *
     * @param dw {@code [filters, channels, kernelH, kernelW]} from {@code dwOff}
     * @param group {@code 0 <= group <} {@link #weightGroups}
     * @param sums scratch of {@link #sums} floats
     */
    public static void weightGradient(
            float[] dw, int dwOff, Maps dy, Maps x, int blocks, int group, ConvGeometry g, float[] sums, int sumsOff) {
        if (Simd.AVAILABLE) {
            Conv2dLanesSimd.weightGradient(dw, dwOff, dy, x, blocks, group, g, sums, sumsOff);
        } else {
            Conv2dLanesScalar.weightGradient(dw, dwOff, dy, x, blocks, group, g, sums, sumsOff);
        }
    }

    /**
     * The input gradient: {@code dx[c,i,j] = Σ w[o,c,u,v] dy[o, (i + p - u d) / s, (j + p - v d) / s]} over the filters and
     * over the taps for which both quotients are whole numbers within the output map.
     *
     * @param dx {@code [channels, height, width, 16]} from {@code dxOff}
     */
    public static void inputGradient(
            float[] dx, int dxOff, float[] dy, int dyOff, float[] w, int wOff, ConvGeometry g) {
        if (Simd.AVAILABLE) {
            Conv2dLanesSimd.inputGradient(dx, dxOff, dy, dyOff, w, wOff, g);
        } else {
            Conv2dLanesScalar.inputGradient(dx, dxOff, dy, dyOff, w, wOff, g);
        }
    }
}
