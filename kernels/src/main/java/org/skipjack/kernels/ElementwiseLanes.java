package org.skipjack.kernels;

/**
 * Element-wise functions over contiguous ranges, {@code out[i] = f(a[i], b[i])}. Ranges may coincide but not overlap.
 *
 * <p>Loops of plain arithmetic have no SIMD twin: the compiler vectorises them as they stand.
 */
public final class ElementwiseLanes {
    private ElementwiseLanes() {}

    /** {@code a + b}. */
    public static void add(float[] out, int o, float[] a, int p, float[] b, int q, int n) {
        for (int i = 0; i < n; i++) {
            out[o + i] = a[p + i] + b[q + i];
        }
    }

    /** {@code a - b}. */
    public static void subtract(float[] out, int o, float[] a, int p, float[] b, int q, int n) {
        for (int i = 0; i < n; i++) {
            out[o + i] = a[p + i] - b[q + i];
        }
    }

    /** {@code a * b}. */
    public static void multiply(float[] out, int o, float[] a, int p, float[] b, int q, int n) {
        for (int i = 0; i < n; i++) {
            out[o + i] = a[p + i] * b[q + i];
        }
    }

    /** {@code a / b}. */
    public static void divide(float[] out, int o, float[] a, int p, float[] b, int q, int n) {
        for (int i = 0; i < n; i++) {
            out[o + i] = a[p + i] / b[q + i];
        }
    }

    /** {@code max(a, b)}. */
    public static void maximum(float[] out, int o, float[] a, int p, float[] b, int q, int n) {
        for (int i = 0; i < n; i++) {
            out[o + i] = Math.max(a[p + i], b[q + i]);
        }
    }

    /** {@code min(a, b)}. */
    public static void minimum(float[] out, int o, float[] a, int p, float[] b, int q, int n) {
        for (int i = 0; i < n; i++) {
            out[o + i] = Math.min(a[p + i], b[q + i]);
        }
    }

    /** {@code a > b ? 1 : 0}. */
    public static void greater(float[] out, int o, float[] a, int p, float[] b, int q, int n) {
        for (int i = 0; i < n; i++) {
            out[o + i] = a[p + i] > b[q + i] ? 1f : 0f;
        }
    }

    /** {@code a == b ? 1 : 0}. */
    public static void equal(float[] out, int o, float[] a, int p, float[] b, int q, int n) {
        for (int i = 0; i < n; i++) {
            out[o + i] = a[p + i] == b[q + i] ? 1f : 0f;
        }
    }

    /** {@code g y (1 - y)}, the gradient of a sigmoid whose result is {@code y}. */
    public static void sigmoidGradient(float[] out, int o, float[] y, int p, float[] g, int q, int n) {
        for (int i = 0; i < n; i++) {
            out[o + i] = g[q + i] * y[p + i] * (1f - y[p + i]);
        }
    }

    /** {@code g (1 - y²)}, the gradient of a tanh whose result is {@code y}. */
    public static void tanhGradient(float[] out, int o, float[] y, int p, float[] g, int q, int n) {
        for (int i = 0; i < n; i++) {
            out[o + i] = g[q + i] * (1f - y[p + i] * y[p + i]);
        }
    }

    /** {@code y > 0 ? g : 0}, the gradient of a rectifier whose result is {@code y}. */
    public static void reluGradient(float[] out, int o, float[] y, int p, float[] g, int q, int n) {
        if (Simd.AVAILABLE) {
            ElementwiseLanesSimd.reluGradient(out, o, y, p, g, q, n);
        } else {
            ElementwiseLanesScalar.reluGradient(out, o, y, p, g, q, n);
        }
    }

    /** {@code -a}. */
    public static void negate(float[] out, int o, float[] a, int p, int n) {
        for (int i = 0; i < n; i++) {
            out[o + i] = -a[p + i];
        }
    }

    /** {@code |a|}. */
    public static void abs(float[] out, int o, float[] a, int p, int n) {
        for (int i = 0; i < n; i++) {
            out[o + i] = Math.abs(a[p + i]);
        }
    }

    /** {@code a²}. */
    public static void square(float[] out, int o, float[] a, int p, int n) {
        for (int i = 0; i < n; i++) {
            out[o + i] = a[p + i] * a[p + i];
        }
    }

    /** {@code √a}. */
    public static void sqrt(float[] out, int o, float[] a, int p, int n) {
        for (int i = 0; i < n; i++) {
            out[o + i] = (float) Math.sqrt(a[p + i]);
        }
    }

    /** Natural logarithm, correctly rounded but for the last bit of a double. */
    public static void log(float[] out, int o, float[] a, int p, int n) {
        for (int i = 0; i < n; i++) {
            out[o + i] = (float) StrictMath.log(a[p + i]);
        }
    }

    /** {@code max(a, 0)}; NaN stays NaN. */
    public static void relu(float[] out, int o, float[] a, int p, int n) {
        for (int i = 0; i < n; i++) {
            out[o + i] = Math.max(a[p + i], 0f);
        }
    }

    /** {@code eᵃ}, within 2 ulp; the range must be a whole number of lanes. */
    public static void exp(float[] out, int o, float[] a, int p, int n) {
        if (Simd.AVAILABLE) {
            ElementwiseLanesSimd.exp(out, o, a, p, n);
        } else {
            ElementwiseLanesScalar.exp(out, o, a, p, n);
        }
    }

    /** {@code 1 / (1 + e⁻ᵃ)}, within 2 ulp for {@code |a| <= 87}; the range must be a whole number of lanes. */
    public static void sigmoid(float[] out, int o, float[] a, int p, int n) {
        if (Simd.AVAILABLE) {
            ElementwiseLanesSimd.sigmoid(out, o, a, p, n);
        } else {
            ElementwiseLanesScalar.sigmoid(out, o, a, p, n);
        }
    }

    /** Hyperbolic tangent, within 3 ulp; the range must be a whole number of lanes. */
    public static void tanh(float[] out, int o, float[] a, int p, int n) {
        if (Simd.AVAILABLE) {
            ElementwiseLanesSimd.tanh(out, o, a, p, n);
        } else {
            ElementwiseLanesScalar.tanh(out, o, a, p, n);
        }
    }
}
