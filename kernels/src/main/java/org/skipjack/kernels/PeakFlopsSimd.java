package org.skipjack.kernels;

import static org.skipjack.kernels.Species.F;

import jdk.incubator.vector.FloatVector;

/**
 * The loops of {@link PeakFlops} on vectors. Each chain adds a quarter, as sums of products do: the compiler has an instruction that
 * overwrites what is added to, and would copy a vector at each step if the chain were one of the factors.
 */
final class PeakFlopsSimd {
    private PeakFlopsSimd() {}

    static float chains12(int iterations) {
        FloatVector h = FloatVector.broadcast(F, 0.5f);
        FloatVector a0 = FloatVector.broadcast(F, 0f);
        FloatVector a1 = FloatVector.broadcast(F, 1f);
        FloatVector a2 = FloatVector.broadcast(F, 2f);
        FloatVector a3 = FloatVector.broadcast(F, 3f);
        FloatVector a4 = FloatVector.broadcast(F, 4f);
        FloatVector a5 = FloatVector.broadcast(F, 5f);
        FloatVector a6 = FloatVector.broadcast(F, 6f);
        FloatVector a7 = FloatVector.broadcast(F, 7f);
        FloatVector a8 = FloatVector.broadcast(F, 8f);
        FloatVector a9 = FloatVector.broadcast(F, 9f);
        FloatVector a10 = FloatVector.broadcast(F, 10f);
        FloatVector a11 = FloatVector.broadcast(F, 11f);
        for (int i = 0; i < iterations; i++) {
            a0 = h.fma(h, a0);
            a1 = h.fma(h, a1);
            a2 = h.fma(h, a2);
            a3 = h.fma(h, a3);
            a4 = h.fma(h, a4);
            a5 = h.fma(h, a5);
            a6 = h.fma(h, a6);
            a7 = h.fma(h, a7);
            a8 = h.fma(h, a8);
            a9 = h.fma(h, a9);
            a10 = h.fma(h, a10);
            a11 = h.fma(h, a11);
        }
        return a0.add(a1)
                .add(a2)
                .add(a3)
                .add(a4)
                .add(a5)
                .add(a6)
                .add(a7)
                .add(a8)
                .add(a9)
                .add(a10)
                .add(a11)
                .lane(0);
    }

    static float chains16(int iterations) {
        FloatVector h = FloatVector.broadcast(F, 0.5f);
        FloatVector a0 = FloatVector.broadcast(F, 0f);
        FloatVector a1 = FloatVector.broadcast(F, 1f);
        FloatVector a2 = FloatVector.broadcast(F, 2f);
        FloatVector a3 = FloatVector.broadcast(F, 3f);
        FloatVector a4 = FloatVector.broadcast(F, 4f);
        FloatVector a5 = FloatVector.broadcast(F, 5f);
        FloatVector a6 = FloatVector.broadcast(F, 6f);
        FloatVector a7 = FloatVector.broadcast(F, 7f);
        FloatVector a8 = FloatVector.broadcast(F, 8f);
        FloatVector a9 = FloatVector.broadcast(F, 9f);
        FloatVector a10 = FloatVector.broadcast(F, 10f);
        FloatVector a11 = FloatVector.broadcast(F, 11f);
        FloatVector a12 = FloatVector.broadcast(F, 12f);
        FloatVector a13 = FloatVector.broadcast(F, 13f);
        FloatVector a14 = FloatVector.broadcast(F, 14f);
        FloatVector a15 = FloatVector.broadcast(F, 15f);
        for (int i = 0; i < iterations; i++) {
            a0 = h.fma(h, a0);
            a1 = h.fma(h, a1);
            a2 = h.fma(h, a2);
            a3 = h.fma(h, a3);
            a4 = h.fma(h, a4);
            a5 = h.fma(h, a5);
            a6 = h.fma(h, a6);
            a7 = h.fma(h, a7);
            a8 = h.fma(h, a8);
            a9 = h.fma(h, a9);
            a10 = h.fma(h, a10);
            a11 = h.fma(h, a11);
            a12 = h.fma(h, a12);
            a13 = h.fma(h, a13);
            a14 = h.fma(h, a14);
            a15 = h.fma(h, a15);
        }
        return a0.add(a1)
                .add(a2)
                .add(a3)
                .add(a4)
                .add(a5)
                .add(a6)
                .add(a7)
                .add(a8)
                .add(a9)
                .add(a10)
                .add(a11)
                .add(a12)
                .add(a13)
                .add(a14)
                .add(a15)
                .lane(0);
    }
}
