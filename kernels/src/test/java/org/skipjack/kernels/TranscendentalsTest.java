package org.skipjack.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.skipjack.kernels.Closeness.assertSameBits;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** Exponential, logistic function and hyperbolic tangent over every 2003rd float, both signs, all sizes. */
class TranscendentalsTest {
    private static final int STRIDE = 2003;
    private static final int CHUNK = 4096;

    private interface Kernel {
        void run(float[] out, int o, float[] a, int p, int n);
    }

    @Test
    void expIsWithinOneUlpAndReachesZeroAndInfinity() {
        sweep(ElementwiseLanes::exp, ElementwiseLanesScalar::exp, Math::exp, Float.NEGATIVE_INFINITY, 1);
        assertThat(one(ElementwiseLanes::exp, -104f)).isZero();
        assertThat(one(ElementwiseLanes::exp, Float.NEGATIVE_INFINITY)).isZero();
        assertThat(one(ElementwiseLanes::exp, 88.8f)).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(one(ElementwiseLanes::exp, Float.POSITIVE_INFINITY)).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(one(ElementwiseLanes::exp, 0f)).isEqualTo(1f);
    }

    @Test
    void sigmoidIsWithinTwoUlpDownToMinus87() {
        sweep(ElementwiseLanes::sigmoid, ElementwiseLanesScalar::sigmoid, x -> 1 / (1 + Math.exp(-x)), -87f, 2);
        assertThat(one(ElementwiseLanes::sigmoid, 0f)).isEqualTo(0.5f);
        assertThat(one(ElementwiseLanes::sigmoid, 18f)).isEqualTo(1f);
        assertThat(one(ElementwiseLanes::sigmoid, Float.POSITIVE_INFINITY)).isEqualTo(1f);
    }

    /** There the true value falls to 0 while the result stays; the difference is below the smallest normal float. */
    @Test
    void sigmoidBelowMinus87StaysAtItsValueThere() {
        float floor = one(ElementwiseLanes::sigmoid, -87f);
        assertThat(floor).isBetween(1.6e-38f, 1.7e-38f);
        for (float x : new float[] {-87.01f, -100f, -1e30f, Float.NEGATIVE_INFINITY}) {
            assertThat(one(ElementwiseLanes::sigmoid, x)).isEqualTo(floor);
            assertThat(ScalarMath.sigmoid(x)).isEqualTo(floor);
        }
    }

    @Test
    void tanhIsWithinTwoUlp() {
        sweep(ElementwiseLanes::tanh, ElementwiseLanesScalar::tanh, Math::tanh, Float.NEGATIVE_INFINITY, 2);
        assertThat(one(ElementwiseLanes::tanh, Float.POSITIVE_INFINITY)).isEqualTo(1f);
        assertThat(one(ElementwiseLanes::tanh, Float.NEGATIVE_INFINITY)).isEqualTo(-1f);
        assertThat(one(ElementwiseLanes::tanh, -0f)).isZero();
    }

    @Test
    void nanStaysNanWhateverItsPayload() {
        for (int bits : new int[] {0x7fc00000, 0xffc00000, 0x7fc00001, 0x7fffffff, 0xffc000ff}) {
            float nan = Float.intBitsToFloat(bits);
            assertThat(one(ElementwiseLanes::exp, nan)).isNaN();
            assertThat(one(ElementwiseLanes::sigmoid, nan)).isNaN();
            assertThat(one(ElementwiseLanes::tanh, nan)).isNaN();
            assertThat(ScalarMath.expAnywhere(nan)).isNaN();
            assertThat(ScalarMath.sigmoid(nan)).isNaN();
            assertThat(ScalarMath.tanh(nan)).isNaN();
        }
    }

    @Test
    void everyLengthIsFinished() {
        for (int n = 0; n <= 40; n++) {
            float[] x = new float[n];
            for (int i = 0; i < n; i++) {
                x[i] = i - 20.25f;
            }
            checkTwins(ElementwiseLanes::exp, ElementwiseLanesScalar::exp, x);
            checkTwins(ElementwiseLanes::sigmoid, ElementwiseLanesScalar::sigmoid, x);
            checkTwins(ElementwiseLanes::tanh, ElementwiseLanesScalar::tanh, x);
        }
    }

    private static float one(Kernel kernel, float x) {
        float[] range = new float[Lanes.COUNT];
        java.util.Arrays.fill(range, x);
        kernel.run(range, 0, range, 0, Lanes.COUNT);
        return range[Lanes.COUNT - 1];
    }

    /** All finite floats at a stride, from {@code lowest}. */
    private static void sweep(Kernel kernel, Kernel twin, DoubleUnaryOperator exact, float lowest, double ulps) {
        int end = Float.floatToIntBits(Float.MAX_VALUE);
        float[] x = new float[CHUNK];
        int filled = 0;
        for (long bits = 0; bits <= end; bits += STRIDE) {
            float size = Float.intBitsToFloat((int) bits);
            x[filled++] = size;
            x[filled++] = -size;
            if (filled == CHUNK || bits + STRIDE > end) {
                float[] chunk = java.util.Arrays.copyOf(x, filled);
                checkUlps(chunk, checkTwins(kernel, twin, chunk), exact, lowest, ulps);
                filled = 0;
            }
        }
    }

    private static float[] checkTwins(Kernel kernel, Kernel twin, float[] x) {
        Guarded in = Guarded.input(12, x);
        Guarded out = Guarded.output(28, x.length);
        Guarded scalar = Guarded.output(5, x.length);
        kernel.run(out.array(), 28, in.array(), 12, x.length);
        twin.run(scalar.array(), 5, in.array(), 12, x.length);
        float[] y = out.values();
        assertSameBits(y, scalar.values());
        return y;
    }

    private static void checkUlps(float[] x, float[] y, DoubleUnaryOperator exact, float lowest, double ulps) {
        for (int i = 0; i < x.length; i++) {
            double value = exact.applyAsDouble(x[i]);
            boolean overflow = Float.isInfinite((float) value) && y[i] == (float) value;
            if (x[i] >= lowest && !overflow && !(Math.abs(y[i] - value) <= ulps * Math.ulp((float) value))) {
                fail(
                        "f(%s) is %s, not %s: %s ulp",
                        x[i], y[i], value, Math.abs(y[i] - value) / Math.ulp((float) value));
            }
        }
    }
}
