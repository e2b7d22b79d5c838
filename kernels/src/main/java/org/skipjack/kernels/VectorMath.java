package org.skipjack.kernels;

import static org.skipjack.kernels.Species.F;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Transcendental functions on vectors, with the same operations in the same order as {@link ScalarMath}, so that both
 * give the same bits on every machine. Small enough to be inlined into the loops that call them.
 */
final class VectorMath {
    private VectorMath() {}

    /** {@code eˣ} for {@code |x| <= 87}: 2ⁿ by exponent bits, e to the rest by a polynomial of degree 6. */
    static FloatVector exp(FloatVector x) {
        FloatVector shifted =
                x.fma(FloatVector.broadcast(F, ScalarMath.LOG2E), FloatVector.broadcast(F, ScalarMath.ROUND));
        FloatVector n = shifted.sub(ScalarMath.ROUND);
        FloatVector r = n.fma(FloatVector.broadcast(F, -ScalarMath.LN2_HIGH), x);
        r = n.fma(FloatVector.broadcast(F, -ScalarMath.LN2_LOW), r);
        FloatVector p = r.fma(FloatVector.broadcast(F, ScalarMath.E6), FloatVector.broadcast(F, ScalarMath.E5));
        p = p.fma(r, FloatVector.broadcast(F, ScalarMath.E4));
        p = p.fma(r, FloatVector.broadcast(F, ScalarMath.E3));
        p = p.fma(r, FloatVector.broadcast(F, ScalarMath.E2));
        p = p.fma(r, FloatVector.broadcast(F, ScalarMath.E1));
        p = p.fma(r.mul(r), r).add(1f);
        return p.reinterpretAsInts()
                .add(shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
                .reinterpretAsFloats();
    }

    /** {@code 1 / (1 + e⁻ˣ)}; arguments beyond ±87 count as ±87. */
    static FloatVector sigmoid(FloatVector x) {
        FloatVector e = exp(x.neg().max(-ScalarMath.LIMIT).min(ScalarMath.LIMIT));
        return FloatVector.broadcast(F, 1f).div(e.add(1f));
    }

    /** {@code eˣ} for every x: the exponent is applied in two halves, so that results run down to 0 and up to infinity. */
    static FloatVector expAnywhere(FloatVector x) {
        FloatVector half = exp(x.max(-104f).min(89f).mul(0.5f));
        return half.mul(half);
    }

    /** {@code (eˣ - e⁻ˣ) / (eˣ + e⁻ˣ)}: a polynomial near 0, by the exponential elsewhere. */
    static FloatVector tanh(FloatVector x) {
        FloatVector a = x.abs();
        FloatVector e = exp(a.min(ScalarMath.TANH_LIMIT).mul(2f));
        FloatVector far =
                FloatVector.broadcast(F, 1f).sub(FloatVector.broadcast(F, 2f).div(e.add(1f)));
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
