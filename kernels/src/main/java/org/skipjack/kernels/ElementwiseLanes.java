package org.skipjack.kernels;

/**
 * Element-wise functions over contiguous ranges, {@code out[i] = f(a[i], b[i])}. Ranges may coincide but not overlap.
 *
 * <p>SIMD twins even for plain arithmetic: C2 of JDK 25 does not vectorise a loop over ranges that begin at different
 * indices, because it cannot tell whether they overlap (5 to 7 times slower, measured on a Zen 4 core).
 */
public final class ElementwiseLanes {
    private ElementwiseLanes() {}

    /** {@code a + b}. */
    public static void add(float[] out, int o, float[] a, int p, float[] b, int q, int n) {
        if (Simd.AVAILABLE) {
            ElementwiseLanesSimd.add(out, o, a, p, b, q, n);
        } else {
            ElementwiseLanesScalar.add(out, o, a, p, b, q, n);
        }
    }

    /** {@code a - b}. */
    public static void subtract(float[] out, int o, float[] a, int p, float[] b, int q, int n) {
        if (Simd.AVAILABLE) {
            ElementwiseLanesSimd.subtract(out, o, a, p, b, q, n);
        } else {
            ElementwiseLanesScalar.subtract(out, o, a, p, b, q, n);
        }
    }

    /** {@code a * b}. */
    public static void multiply(float[] out, int o, float[] a, int p, float[] b, int q, int n) {
        if (Simd.AVAILABLE) {
            ElementwiseLanesSimd.multiply(out, o, a, p, b, q, n);
        } else {
            ElementwiseLanesScalar.multiply(out, o, a, p, b, q, n);
        }
    }

    /** {@code a / b}. */
    public static void divide(float[] out, int o, float[] a, int p, float[] b, int q, int n) {
        if (Simd.AVAILABLE) {
            ElementwiseLanesSimd.divide(out, o, a, p, b, q, n);
        } else {
            ElementwiseLanesScalar.divide(out, o, a, p, b, q, n);
        }
    }

    /** {@code max(a, b)}; NaN if either is. */
    public static void maximum(float[] out, int o, float[] a, int p, float[] b, int q, int n) {
        if (Simd.AVAILABLE) {
            ElementwiseLanesSimd.maximum(out, o, a, p, b, q, n);
        } else {
            ElementwiseLanesScalar.maximum(out, o, a, p, b, q, n);
        }
    }

    /** {@code min(a, b)}; NaN if either is. */
    public static void minimum(float[] out, int o, float[] a, int p, float[] b, int q, int n) {
        if (Simd.AVAILABLE) {
            ElementwiseLanesSimd.minimum(out, o, a, p, b, q, n);
        } else {
            ElementwiseLanesScalar.minimum(out, o, a, p, b, q, n);
        }
    }

    /** {@code a > b ? 1 : 0}. */
    public static void greater(float[] out, int o, float[] a, int p, float[] b, int q, int n) {
        if (Simd.AVAILABLE) {
            ElementwiseLanesSimd.greater(out, o, a, p, b, q, n);
        } else {
            ElementwiseLanesScalar.greater(out, o, a, p, b, q, n);
        }
    }

    /** {@code a == b ? 1 : 0}. */
    public static void equal(float[] out, int o, float[] a, int p, float[] b, int q, int n) {
        if (Simd.AVAILABLE) {
            ElementwiseLanesSimd.equal(out, o, a, p, b, q, n);
        } else {
            ElementwiseLanesScalar.equal(out, o, a, p, b, q, n);
        }
    }

    /** {@code g y (1 - y)}, the gradient of a sigmoid whose result is {@code y}. */
    public static void sigmoidGradient(float[] out, int o, float[] y, int p, float[] g, int q, int n) {
        if (Simd.AVAILABLE) {
            ElementwiseLanesSimd.sigmoidGradient(out, o, y, p, g, q, n);
        } else {
            ElementwiseLanesScalar.sigmoidGradient(out, o, y, p, g, q, n);
        }
    }

    /** {@code g (1 - y²)}, the gradient of a tanh whose result is {@code y}. */
    public static void tanhGradient(float[] out, int o, float[] y, int p, float[] g, int q, int n) {
        if (Simd.AVAILABLE) {
            ElementwiseLanesSimd.tanhGradient(out, o, y, p, g, q, n);
        } else {
            ElementwiseLanesScalar.tanhGradient(out, o, y, p, g, q, n);
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
        if (Simd.AVAILABLE) {
            ElementwiseLanesSimd.negate(out, o, a, p, n);
        } else {
            ElementwiseLanesScalar.negate(out, o, a, p, n);
        }
    }

    /** {@code |a|}. */
    public static void abs(float[] out, int o, float[] a, int p, int n) {
        if (Simd.AVAILABLE) {
            ElementwiseLanesSimd.abs(out, o, a, p, n);
        } else {
            ElementwiseLanesScalar.abs(out, o, a, p, n);
        }
    }

    /** {@code a²}. */
    public static void square(float[] out, int o, float[] a, int p, int n) {
        if (Simd.AVAILABLE) {
            ElementwiseLanesSimd.square(out, o, a, p, n);
        } else {
            ElementwiseLanesScalar.square(out, o, a, p, n);
        }
    }

    /** {@code √a}. */
    public static void sqrt(float[] out, int o, float[] a, int p, int n) {
        if (Simd.AVAILABLE) {
            ElementwiseLanesSimd.sqrt(out, o, a, p, n);
        } else {
            ElementwiseLanesScalar.sqrt(out, o, a, p, n);
        }
    }

    /** Natural logarithm, correctly rounded but for the last bit of a double. Scalar, because it is rare. */
    public static void log(float[] out, int o, float[] a, int p, int n) {
        for (int i = 0; i < n; i++) {
            out[o + i] = (float) StrictMath.log(a[p + i]);
        }
    }

    /** {@code max(a, 0)}; NaN stays NaN. */
    public static void relu(float[] out, int o, float[] a, int p, int n) {
        if (Simd.AVAILABLE) {
            ElementwiseLanesSimd.relu(out, o, a, p, n);
        } else {
            ElementwiseLanesScalar.relu(out, o, a, p, n);
        }
    }

    /** {@code eᵃ}, within 1 ulp, down to 0 and up to infinity. */
    public static void exp(float[] out, int o, float[] a, int p, int n) {
        if (Simd.AVAILABLE) {
            ElementwiseLanesSimd.exp(out, o, a, p, n);
        } else {
            ElementwiseLanesScalar.exp(out, o, a, p, n);
        }
    }

    /** {@code 1 / (1 + e⁻ᵃ)}, within 2 ulp for {@code a >= -87}; below, the result stays at {@code e⁻⁸⁷}, 1.6e-38. */
    public static void sigmoid(float[] out, int o, float[] a, int p, int n) {
        if (Simd.AVAILABLE) {
            ElementwiseLanesSimd.sigmoid(out, o, a, p, n);
        } else {
            ElementwiseLanesScalar.sigmoid(out, o, a, p, n);
        }
    }

    /** Hyperbolic tangent, within 2 ulp. */
    public static void tanh(float[] out, int o, float[] a, int p, int n) {
        if (Simd.AVAILABLE) {
            ElementwiseLanesSimd.tanh(out, o, a, p, n);
        } else {
            ElementwiseLanesScalar.tanh(out, o, a, p, n);
        }
    }
}
