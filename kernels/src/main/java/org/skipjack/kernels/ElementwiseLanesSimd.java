package org.skipjack.kernels;

import static org.skipjack.kernels.Species.F;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** SIMD twin of {@link ElementwiseLanesScalar}, which also does what is left when the vectors are full. */
final class ElementwiseLanesSimd {
    private ElementwiseLanesSimd() {}

    static void add(float[] out, int o, float[] a, int p, float[] b, int q, int n) {
        int i = 0;
        for (; i <= n - Species.LENGTH; i += Species.LENGTH) {
            FloatVector u = FloatVector.fromArray(F, a, p + i);
            FloatVector v = FloatVector.fromArray(F, b, q + i);
            u.add(v).intoArray(out, o + i);
        }
        ElementwiseLanesScalar.add(out, o + i, a, p + i, b, q + i, n - i);
    }

    static void subtract(float[] out, int o, float[] a, int p, float[] b, int q, int n) {
        int i = 0;
        for (; i <= n - Species.LENGTH; i += Species.LENGTH) {
            FloatVector u = FloatVector.fromArray(F, a, p + i);
            FloatVector v = FloatVector.fromArray(F, b, q + i);
            u.sub(v).intoArray(out, o + i);
        }
        ElementwiseLanesScalar.subtract(out, o + i, a, p + i, b, q + i, n - i);
    }

    static void multiply(float[] out, int o, float[] a, int p, float[] b, int q, int n) {
        int i = 0;
        for (; i <= n - Species.LENGTH; i += Species.LENGTH) {
            FloatVector u = FloatVector.fromArray(F, a, p + i);
            FloatVector v = FloatVector.fromArray(F, b, q + i);
            u.mul(v).intoArray(out, o + i);
        }
        ElementwiseLanesScalar.multiply(out, o + i, a, p + i, b, q + i, n - i);
    }

    static void divide(float[] out, int o, float[] a, int p, float[] b, int q, int n) {
        int i = 0;
        for (; i <= n - Species.LENGTH; i += Species.LENGTH) {
            FloatVector u = FloatVector.fromArray(F, a, p + i);
            FloatVector v = FloatVector.fromArray(F, b, q + i);
            u.div(v).intoArray(out, o + i);
        }
        ElementwiseLanesScalar.divide(out, o + i, a, p + i, b, q + i, n - i);
    }

    static void maximum(float[] out, int o, float[] a, int p, float[] b, int q, int n) {
        int i = 0;
        for (; i <= n - Species.LENGTH; i += Species.LENGTH) {
            FloatVector u = FloatVector.fromArray(F, a, p + i);
            FloatVector v = FloatVector.fromArray(F, b, q + i);
            u.max(v).intoArray(out, o + i);
        }
        ElementwiseLanesScalar.maximum(out, o + i, a, p + i, b, q + i, n - i);
    }

    static void minimum(float[] out, int o, float[] a, int p, float[] b, int q, int n) {
        int i = 0;
        for (; i <= n - Species.LENGTH; i += Species.LENGTH) {
            FloatVector u = FloatVector.fromArray(F, a, p + i);
            FloatVector v = FloatVector.fromArray(F, b, q + i);
            u.min(v).intoArray(out, o + i);
        }
        ElementwiseLanesScalar.minimum(out, o + i, a, p + i, b, q + i, n - i);
    }

    static void greater(float[] out, int o, float[] a, int p, float[] b, int q, int n) {
        FloatVector zero = FloatVector.zero(F);
        int i = 0;
        for (; i <= n - Species.LENGTH; i += Species.LENGTH) {
            FloatVector u = FloatVector.fromArray(F, a, p + i);
            FloatVector v = FloatVector.fromArray(F, b, q + i);
            zero.blend(1f, u.compare(VectorOperators.GT, v)).intoArray(out, o + i);
        }
        ElementwiseLanesScalar.greater(out, o + i, a, p + i, b, q + i, n - i);
    }

    static void equal(float[] out, int o, float[] a, int p, float[] b, int q, int n) {
        FloatVector zero = FloatVector.zero(F);
        int i = 0;
        for (; i <= n - Species.LENGTH; i += Species.LENGTH) {
            FloatVector u = FloatVector.fromArray(F, a, p + i);
            FloatVector v = FloatVector.fromArray(F, b, q + i);
            zero.blend(1f, u.compare(VectorOperators.EQ, v)).intoArray(out, o + i);
        }
        ElementwiseLanesScalar.equal(out, o + i, a, p + i, b, q + i, n - i);
    }

    static void sigmoidGradient(float[] out, int o, float[] y, int p, float[] g, int q, int n) {
        FloatVector one = FloatVector.broadcast(F, 1f);
        int i = 0;
        for (; i <= n - Species.LENGTH; i += Species.LENGTH) {
            FloatVector u = FloatVector.fromArray(F, y, p + i);
            FloatVector v = FloatVector.fromArray(F, g, q + i);
            v.mul(u).mul(one.sub(u)).intoArray(out, o + i);
        }
        ElementwiseLanesScalar.sigmoidGradient(out, o + i, y, p + i, g, q + i, n - i);
    }

    static void tanhGradient(float[] out, int o, float[] y, int p, float[] g, int q, int n) {
        FloatVector one = FloatVector.broadcast(F, 1f);
        int i = 0;
        for (; i <= n - Species.LENGTH; i += Species.LENGTH) {
            FloatVector u = FloatVector.fromArray(F, y, p + i);
            FloatVector v = FloatVector.fromArray(F, g, q + i);
            v.mul(one.sub(u.mul(u))).intoArray(out, o + i);
        }
        ElementwiseLanesScalar.tanhGradient(out, o + i, y, p + i, g, q + i, n - i);
    }

    static void reluGradient(float[] out, int o, float[] y, int p, float[] g, int q, int n) {
        FloatVector zero = FloatVector.zero(F);
        int i = 0;
        for (; i <= n - Species.LENGTH; i += Species.LENGTH) {
            FloatVector u = FloatVector.fromArray(F, y, p + i);
            FloatVector v = FloatVector.fromArray(F, g, q + i);
            zero.blend(v, u.compare(VectorOperators.GT, 0f)).intoArray(out, o + i);
        }
        ElementwiseLanesScalar.reluGradient(out, o + i, y, p + i, g, q + i, n - i);
    }

    static void negate(float[] out, int o, float[] a, int p, int n) {
        int i = 0;
        for (; i <= n - Species.LENGTH; i += Species.LENGTH) {
            FloatVector.fromArray(F, a, p + i).neg().intoArray(out, o + i);
        }
        ElementwiseLanesScalar.negate(out, o + i, a, p + i, n - i);
    }

    static void abs(float[] out, int o, float[] a, int p, int n) {
        int i = 0;
        for (; i <= n - Species.LENGTH; i += Species.LENGTH) {
            FloatVector.fromArray(F, a, p + i).abs().intoArray(out, o + i);
        }
        ElementwiseLanesScalar.abs(out, o + i, a, p + i, n - i);
    }

    static void square(float[] out, int o, float[] a, int p, int n) {
        int i = 0;
        for (; i <= n - Species.LENGTH; i += Species.LENGTH) {
            FloatVector u = FloatVector.fromArray(F, a, p + i);
            u.mul(u).intoArray(out, o + i);
        }
        ElementwiseLanesScalar.square(out, o + i, a, p + i, n - i);
    }

    static void sqrt(float[] out, int o, float[] a, int p, int n) {
        int i = 0;
        for (; i <= n - Species.LENGTH; i += Species.LENGTH) {
            FloatVector.fromArray(F, a, p + i).sqrt().intoArray(out, o + i);
        }
        ElementwiseLanesScalar.sqrt(out, o + i, a, p + i, n - i);
    }

    static void relu(float[] out, int o, float[] a, int p, int n) {
        int i = 0;
        for (; i <= n - Species.LENGTH; i += Species.LENGTH) {
            FloatVector.fromArray(F, a, p + i).max(0f).intoArray(out, o + i);
        }
        ElementwiseLanesScalar.relu(out, o + i, a, p + i, n - i);
    }

    static void exp(float[] out, int o, float[] a, int p, int n) {
        int i = 0;
        for (; i <= n - Species.LENGTH; i += Species.LENGTH) {
            VectorMath.expAnywhere(FloatVector.fromArray(F, a, p + i)).intoArray(out, o + i);
        }
        ElementwiseLanesScalar.exp(out, o + i, a, p + i, n - i);
    }

    static void sigmoid(float[] out, int o, float[] a, int p, int n) {
        int i = 0;
        for (; i <= n - Species.LENGTH; i += Species.LENGTH) {
            VectorMath.sigmoid(FloatVector.fromArray(F, a, p + i)).intoArray(out, o + i);
        }
        ElementwiseLanesScalar.sigmoid(out, o + i, a, p + i, n - i);
    }

    static void tanh(float[] out, int o, float[] a, int p, int n) {
        int i = 0;
        for (; i <= n - Species.LENGTH; i += Species.LENGTH) {
            VectorMath.tanh(FloatVector.fromArray(F, a, p + i)).intoArray(out, o + i);
        }
        ElementwiseLanesScalar.tanh(out, o + i, a, p + i, n - i);
    }
}
