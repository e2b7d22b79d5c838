package org.skipjack.kernels;

/**
 * Transcendental functions on single floats with fixed polynomials; the scalar side of {@code VectorMath}. With {@code n} the
 * whole number nearest {@code x / ln 2} and {@code r = x - n ln 2}, {@code eˣ = 2ⁿ + 2ⁿ (eʳ - 1)}.
 */
@SuppressWarnings("FloatingPointLiteralPrecision") // The published digits, which round to the floats meant.
final class ScalarMath {
    /** 1.5 · 2²³ + 127: adding it rounds to a whole number, which then stands in the low bits as a float's exponent. */
    static final float ROUND = 12583039f;

    static final int ROUND_BITS = Float.floatToRawIntBits(ROUND);

    static final float LOG2E = 1.44269504f;
    static final float LN2_HIGH = 0.693359375f;
    static final float LN2_LOW = -2.12194440e-4f;

    /** What {@link #LOG2E} lacks. */
    static final float LOG2E_LOW = 1.925963e-8f;

    /** Minimax coefficients of {@code f coth(f ln 2 / 2)} in {@code f²} on {@code |f| <= 1/2}, the first fixed at 2 / ln 2. */
    static final float S0 = 2.88539004f;

    static final float S1 = 0.11552478f;
    static final float S2 = -9.2295115e-4f;

    /** Minimax coefficients of {@code (eʳ - 1 - r) / r²} on {@code |r| <= ln 2 / 2} (Cephes, expf). */
    static final float E6 = 1.9875691500e-4f;

    static final float E5 = 1.3981999507e-3f;
    static final float E4 = 8.3334519073e-3f;
    static final float E3 = 4.1665795894e-2f;
    static final float E2 = 1.6666665459e-1f;
    static final float E1 = 5.0000001201e-1f;

    /** e to a power of this size is still a normal float, and so is its reciprocal. */
    static final float LIMIT = 87f;

    static final int LIMIT_BITS = Float.floatToRawIntBits(LIMIT);
    static final int MINUS_LIMIT_BITS = Float.floatToRawIntBits(-LIMIT);

    /** Below this, e to it is 0 in float; above {@link #EXP_HIGHEST} it is infinite. */
    static final float EXP_LOWEST = -104f;

    static final float EXP_HIGHEST = 89f;

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

    /** {@code 2ⁿ}. */
    private static float scale(float shifted) {
        return Float.intBitsToFloat(Float.floatToRawIntBits(shifted) << 23);
    }

    /** {@code eʳ - 1}. */
    private static float rest(float x, float shifted) {
        float n = shifted - ROUND;
        float r = Math.fma(n, -LN2_HIGH, x);
        r = Math.fma(n, -LN2_LOW, r);
        float p = Math.fma(r, E6, E5);
        p = Math.fma(p, r, E4);
        p = Math.fma(p, r, E3);
        p = Math.fma(p, r, E2);
        p = Math.fma(p, r, E1);
        return Math.fma(p, r * r, r);
    }

    /** {@code eˣ} for {@code |x| <= 87}. */
    static float exp(float x) {
        float shifted = Math.fma(x, LOG2E, ROUND);
        float scale = scale(shifted);
        return Math.fma(rest(x, shifted), scale, scale);
    }

    /** {@code 1 + eˣ} for {@code |x| <= 87}, with one rounding fewer. */
    private static float onePlusExp(float x) {
        float shifted = Math.fma(x, LOG2E, ROUND);
        float scale = scale(shifted);
        return Math.fma(rest(x, shifted), scale, scale + 1f);
    }

    /** {@code eˣ} for every x: 0 and infinity are reached by scaling twice. */
    static float expAnywhere(float x) {
        float clamped = Math.min(Math.max(x, EXP_LOWEST), EXP_HIGHEST);
        float shifted = Math.fma(clamped, LOG2E, ROUND);
        int exponent = Float.floatToRawIntBits(shifted) - ROUND_BITS;
        int half = exponent >> 1;
        float first = Float.intBitsToFloat((half + 127) << 23);
        float second = Float.intBitsToFloat((exponent - half + 127) << 23);
        return Math.fma(rest(clamped, shifted), first, first) * second;
    }

    /**
     * {@code 1 / (1 + e⁻ˣ)}; arguments beyond ±87 count as ±87. With {@code n} the whole number nearest {@code -x / ln 2},
     * {@code f = x / ln 2 + n} and {@code R = f coth(f ln 2 / 2)}, {@code e⁻ˣ = 2ⁿ (R - f) / (R + f)}, so that one division
     * serves the exponential as well. At most 1.98 ulp from the exact value, by a sweep over all floats from -87 to 87; it would
     * be 2.5 with {@code R - f} taken from {@code R} and not from the rounded {@code R + f}.
     */
    static float sigmoid(float x) {
        float t = Math.min(Math.max(x, -LIMIT), LIMIT);
        float shifted = Math.fma(t, -LOG2E, ROUND);
        float f = Math.fma(t, LOG2E, shifted - ROUND);
        f = Math.fma(t, LOG2E_LOW, f);
        float z = f * f;
        float r = Math.fma(Math.fma(z, S2, S1), z, S0);
        float upper = r + f;
        float lower = Math.fma(f, -2f, upper);
        return upper / Math.fma(lower, scale(shifted), upper);
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
            magnitude = 1f - 2f / onePlusExp((a > TANH_LIMIT ? TANH_LIMIT : a) * 2f);
        }
        return x < 0 ? -magnitude : magnitude;
    }
}
