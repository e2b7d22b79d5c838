package org.skipjack.kernels;

/** Scalar twin of {@link ElementwiseLanesSimd}. */
final class ElementwiseLanesScalar {
    private ElementwiseLanesScalar() {}

    static void add(float[] out, int o, float[] a, int p, float[] b, int q, int n) {
        for (int i = 0; i < n; i++) {
            out[o + i] = a[p + i] + b[q + i];
        }
    }

    static void subtract(float[] out, int o, float[] a, int p, float[] b, int q, int n) {
        for (int i = 0; i < n; i++) {
            out[o + i] = a[p + i] - b[q + i];
        }
    }

    static void multiply(float[] out, int o, float[] a, int p, float[] b, int q, int n) {
        for (int i = 0; i < n; i++) {
            out[o + i] = a[p + i] * b[q + i];
        }
    }

    static void divide(float[] out, int o, float[] a, int p, float[] b, int q, int n) {
        for (int i = 0; i < n; i++) {
            out[o + i] = a[p + i] / b[q + i];
        }
    }

    static void maximum(float[] out, int o, float[] a, int p, float[] b, int q, int n) {
        for (int i = 0; i < n; i++) {
            out[o + i] = Math.max(a[p + i], b[q + i]);
        }
    }

    static void minimum(float[] out, int o, float[] a, int p, float[] b, int q, int n) {
        for (int i = 0; i < n; i++) {
            out[o + i] = Math.min(a[p + i], b[q + i]);
        }
    }

    static void greater(float[] out, int o, float[] a, int p, float[] b, int q, int n) {
        for (int i = 0; i < n; i++) {
            out[o + i] = a[p + i] > b[q + i] ? 1f : 0f;
        }
    }

    static void equal(float[] out, int o, float[] a, int p, float[] b, int q, int n) {
        for (int i = 0; i < n; i++) {
            out[o + i] = a[p + i] == b[q + i] ? 1f : 0f;
        }
    }

    static void sigmoidGradient(float[] out, int o, float[] y, int p, float[] g, int q, int n) {
        for (int i = 0; i < n; i++) {
            out[o + i] = g[q + i] * y[p + i] * (1f - y[p + i]);
        }
    }

    static void tanhGradient(float[] out, int o, float[] y, int p, float[] g, int q, int n) {
        for (int i = 0; i < n; i++) {
            out[o + i] = g[q + i] * (1f - y[p + i] * y[p + i]);
        }
    }

    static void reluGradient(float[] out, int o, float[] y, int p, float[] g, int q, int n) {
        for (int i = 0; i < n; i++) {
            out[o + i] = y[p + i] > 0f ? g[q + i] : 0f;
        }
    }

    static void negate(float[] out, int o, float[] a, int p, int n) {
        for (int i = 0; i < n; i++) {
            out[o + i] = -a[p + i];
        }
    }

    static void abs(float[] out, int o, float[] a, int p, int n) {
        for (int i = 0; i < n; i++) {
            out[o + i] = Math.abs(a[p + i]);
        }
    }

    static void square(float[] out, int o, float[] a, int p, int n) {
        for (int i = 0; i < n; i++) {
            out[o + i] = a[p + i] * a[p + i];
        }
    }

    static void sqrt(float[] out, int o, float[] a, int p, int n) {
        for (int i = 0; i < n; i++) {
            out[o + i] = (float) Math.sqrt(a[p + i]);
        }
    }

    static void relu(float[] out, int o, float[] a, int p, int n) {
        for (int i = 0; i < n; i++) {
            out[o + i] = Math.max(a[p + i], 0f);
        }
    }

    static void exp(float[] out, int o, float[] a, int p, int n) {
        for (int i = 0; i < n; i++) {
            out[o + i] = ScalarMath.expAnywhere(a[p + i]);
        }
    }

    static void sigmoid(float[] out, int o, float[] a, int p, int n) {
        for (int i = 0; i < n; i++) {
            out[o + i] = ScalarMath.sigmoid(a[p + i]);
        }
    }

    static void tanh(float[] out, int o, float[] a, int p, int n) {
        for (int i = 0; i < n; i++) {
            out[o + i] = ScalarMath.tanh(a[p + i]);
        }
    }
}
