package org.skipjack.kernels;

/** Scalar twin of {@link ElementwiseLanesSimd}. */
final class ElementwiseLanesScalar {
    private ElementwiseLanesScalar() {}

    static void reluGradient(float[] out, int o, float[] y, int p, float[] g, int q, int n) {
        for (int i = 0; i < n; i++) {
            out[o + i] = y[p + i] > 0f ? g[q + i] : 0f;
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
