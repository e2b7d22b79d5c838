package org.skipjack.kernels;

/** Transcendental functions on single floats with fixed polynomials; the scalar side of {@code VectorMath}. */
final class ScalarMath {
    /** 1.5 · 2²³: adding it rounds to a whole number, which then stands in the low bits. */
    static final float ROUND = 12582912f;

    static final float LOG2E = 1.44269504f;
    static final float LN2_HIGH = 0.693359375f;
    static final float LN2_LOW = -2.12194440e-4f;

    /** Minimax coefficients of {@code (eʳ - 1 - r) / r²} on {@code |r| <= ln 2 / 2} (Cephes, expf). */
    static final float E6 = 1.9875691500e-4f;

    static final float E5 = 1.3981999507e-3f;
    static final float E4 = 8.3334519073e-3f;
    static final float E3 = 4.1665795894e-2f;
    static final float E2 = 1.6666665459e-1f;
    static final float E1 = 5.0000001201e-1f;

    /** e to a power of this size is still a normal float, and so is its reciprocal. */
    static final float LIMIT = 87f;

    /** Below this size tanh is {@code x + x³ P(x²)} (Cephes, tanhf). */
    static final float TANH_NEAR = 0.625f;

    static final float T5 = -5.70498872745e-3f;
    static final float T4 = 2.06390887954e-2f;
    static final float T3 = -5.37397155531e-2f;
    static final float T2 = 1.33314422036e-1f;
    static final float T1 = -3.33332819422e-1f;

    /** Beyond this size tanh is 1 in float. */
    static final float TANH_LIMIT = 10f;

    private ScalarMath() {}

    /** {@code eˣ} for {@code |x| <= 87}. */
    static float exp(float x) {
        float shifted = Math.fma(x, LOG2E, ROUND);
        float n = shifted - ROUND;
        float r = Math.fma(n, -LN2_HIGH, x);
        r = Math.fma(n, -LN2_LOW, r);
        float p = Math.fma(r, E6, E5);
        p = Math.fma(p, r, E4);
        p = Math.fma(p, r, E3);
        p = Math.fma(p, r, E2);
        p = Math.fma(p, r, E1);
        p = Math.fma(p, r * r, r) + 1f;
        return Float.intBitsToFloat(Float.floatToRawIntBits(p) + (Float.floatToRawIntBits(shifted) << 23));
    }

    /** {@code 1 / (1 + e⁻ˣ)}; arguments beyond ±87 count as ±87. */
    static float sigmoid(float x) {
        return 1f / (1f + exp(Math.min(Math.max(-x, -LIMIT), LIMIT)));
    }

    /** {@code eˣ} for every x. */
    static float expAnywhere(float x) {
        float half = exp(Math.min(Math.max(x, -104f), 89f) * 0.5f);
        return half * half;
    }

    /** Hyperbolic tangent. */
    static float tanh(float x) {
        float a = Math.abs(x);
        float magnitude;
        if (a < TANH_NEAR) {
            float z = x * x;
            float p = Math.fma(z, T5, T4);
            p = Math.fma(p, z, T3);
            p = Math.fma(p, z, T2);
            p = Math.fma(p, z, T1);
            magnitude = Math.fma(p * z, a, a);
        } else {
            magnitude = 1f - 2f / (exp(Math.min(a, TANH_LIMIT) * 2f) + 1f);
        }
        return x < 0 ? -magnitude : magnitude;
    }
}
