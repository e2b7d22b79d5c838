package org.skipjack.kernels;

import static org.skipjack.kernels.Species.F;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Transcendental functions on vectors, with the same operations in the same order as {@link ScalarMath}, so that both
 * give the same bits on every machine. Small enough to be inlined into the loops that call them.
 */
final class VectorMath {
    private VectorMath() {}

    /** Rounds {@code x / ln 2} to the whole number n that stands in the low bits of the result. */
    private static FloatVector shifted(FloatVector x) {
        return x.fma(FloatVector.broadcast(F, ScalarMath.LOG2E), FloatVector.broadcast(F, ScalarMath.ROUND));
    }

    /** {@code 2ⁿ}. */
    private static FloatVector scale(FloatVector shifted) {
        return shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
    }

    /** {@code eʳ - 1} by a polynomial of degree 7 in {@code r = x - n ln 2}. */
    private static FloatVector rest(FloatVector x, FloatVector shifted) {
        FloatVector n = shifted.sub(ScalarMath.ROUND);
        FloatVector r = n.fma(FloatVector.broadcast(F, -ScalarMath.LN2_HIGH), x);
        r = n.fma(FloatVector.broadcast(F, -ScalarMath.LN2_LOW), r);
        FloatVector p = r.fma(FloatVector.broadcast(F, ScalarMath.E6), FloatVector.broadcast(F, ScalarMath.E5));
        p = p.fma(r, FloatVector.broadcast(F, ScalarMath.E4));
        p = p.fma(r, FloatVector.broadcast(F, ScalarMath.E3));
        p = p.fma(r, FloatVector.broadcast(F, ScalarMath.E2));
        p = p.fma(r, FloatVector.broadcast(F, ScalarMath.E1));
        return p.fma(r.mul(r), r);
    }

    /** {@code eˣ} for {@code |x| <= 87}. */
    static FloatVector exp(FloatVector x) {
        FloatVector shifted = shifted(x);
        FloatVector scale = scale(shifted);
        return rest(x, shifted).fma(scale, scale);
    }

    /** {@code 1 + eˣ} for {@code |x| <= 87}, with one rounding fewer. */
    private static FloatVector onePlusExp(FloatVector x) {
        FloatVector shifted = shifted(x);
        FloatVector scale = scale(shifted);
        return rest(x, shifted).fma(scale, scale.add(1f));
    }

    /**
     * {@code 1 / (1 + e⁻ˣ)} as {@link ScalarMath#sigmoid} computes it. Bits of floats order like whole numbers, signed above
     * zero and unsigned below, and limits on those take 1 instruction each; but they lose NaN, which the blend brings back.
     * No call to another method of ours, because C2 stops inlining those when a loop has grown large.
     */
    static FloatVector sigmoid(FloatVector x) {
        FloatVector t = x.reinterpretAsInts()
                .lanewise(VectorOperators.MIN, ScalarMath.LIMIT_BITS)
                .lanewise(VectorOperators.UMIN, ScalarMath.MINUS_LIMIT_BITS)
                .reinterpretAsFloats()
                .blend(x, x.compare(VectorOperators.NE, x));
        FloatVector shifted =
                t.fma(FloatVector.broadcast(F, -ScalarMath.LOG2E), FloatVector.broadcast(F, ScalarMath.ROUND));
        FloatVector scale =
                shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
        FloatVector f = t.fma(FloatVector.broadcast(F, ScalarMath.LOG2E), shifted.sub(ScalarMath.ROUND));
        f = t.fma(FloatVector.broadcast(F, ScalarMath.LOG2E_LOW), f);
        FloatVector z = f.mul(f);
        FloatVector r = z.fma(FloatVector.broadcast(F, ScalarMath.S2), FloatVector.broadcast(F, ScalarMath.S1))
                .fma(z, FloatVector.broadcast(F, ScalarMath.S0));
        FloatVector upper = r.add(f);
        FloatVector lower = f.fma(FloatVector.broadcast(F, -2f), upper);
        return upper.div(lower.fma(scale, upper));
    }

    /** {@code eˣ} for every x: 0 and infinity are reached by scaling twice. */
    static FloatVector expAnywhere(FloatVector x) {
        FloatVector clamped = x.max(ScalarMath.EXP_LOWEST).min(ScalarMath.EXP_HIGHEST);
        FloatVector shifted = shifted(clamped);
        IntVector exponent = shifted.reinterpretAsInts().sub(ScalarMath.ROUND_BITS);
        IntVector half = exponent.lanewise(VectorOperators.ASHR, 1);
        FloatVector first = power(half);
        return rest(clamped, shifted).fma(first, first).mul(power(exponent.sub(half)));
    }

    /** {@code 2ⁿ} of whole numbers from -126 to 127. */
    private static FloatVector power(IntVector n) {
        return n.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
    }

    /** {@code (eˣ - e⁻ˣ) / (eˣ + e⁻ˣ)}: a polynomial near 0, by the exponential elsewhere. */
    static FloatVector tanh(FloatVector x) {
        FloatVector a = x.abs();
        FloatVector denominator =
                onePlusExp(a.blend(ScalarMath.TANH_LIMIT, a.compare(VectorOperators.GT, ScalarMath.TANH_LIMIT))
                        .mul(2f));
        FloatVector far =
                FloatVector.broadcast(F, 1f).sub(FloatVector.broadcast(F, 2f).div(denominator));
        FloatVector z = x.mul(x);
        FloatVector p = z.fma(FloatVector.broadcast(F, ScalarMath.T5), FloatVector.broadcast(F, ScalarMath.T4));
        p = p.fma(z, FloatVector.broadcast(F, ScalarMath.T3));
        p = p.fma(z, FloatVector.broadcast(F, ScalarMath.T2));
        p = p.fma(z, FloatVector.broadcast(F, ScalarMath.T1));
        FloatVector near = p.mul(z).fma(a, a);
        FloatVector magnitude = far.blend(near, a.lt(ScalarMath.TANH_NEAR));
        return magnitude.blend(magnitude.neg(), x.lt(0f));
    }
}
