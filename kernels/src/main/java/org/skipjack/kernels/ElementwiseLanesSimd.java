package org.skipjack.kernels;

import static org.skipjack.kernels.Species.F;

import jdk.incubator.vector.FloatVector;

/** SIMD twin of {@link ElementwiseLanesScalar}. */
final class ElementwiseLanesSimd {
    private ElementwiseLanesSimd() {}

    static void reluGradient(float[] out, int o, float[] y, int p, float[] g, int q, int n) {
        FloatVector zero = FloatVector.zero(F);
        for (int i = 0; i < n; i += Species.LENGTH) {
            var positive = FloatVector.fromArray(F, y, p + i).compare(jdk.incubator.vector.VectorOperators.GT, 0f);
            zero.blend(FloatVector.fromArray(F, g, q + i), positive).intoArray(out, o + i);
        }
    }

    static void exp(float[] out, int o, float[] a, int p, int n) {
        for (int i = 0; i < n; i += Species.LENGTH) {
            VectorMath.expAnywhere(FloatVector.fromArray(F, a, p + i)).intoArray(out, o + i);
        }
    }

    static void sigmoid(float[] out, int o, float[] a, int p, int n) {
        for (int i = 0; i < n; i += Species.LENGTH) {
            VectorMath.sigmoid(FloatVector.fromArray(F, a, p + i)).intoArray(out, o + i);
        }
    }

    static void tanh(float[] out, int o, float[] a, int p, int n) {
        for (int i = 0; i < n; i += Species.LENGTH) {
            VectorMath.tanh(FloatVector.fromArray(F, a, p + i)).intoArray(out, o + i);
        }
    }
}
