package org.skipjack.kernels;

import static org.skipjack.kernels.Species.F;

import jdk.incubator.vector.FloatVector;

/** The loops of {@link PeakFlops} on vectors. Each chain halves and adds a half: its values stay about 1. */
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
            a0 = a0.fma(h, h);
            a1 = a1.fma(h, h);
            a2 = a2.fma(h, h);
            a3 = a3.fma(h, h);
            a4 = a4.fma(h, h);
            a5 = a5.fma(h, h);
            a6 = a6.fma(h, h);
            a7 = a7.fma(h, h);
            a8 = a8.fma(h, h);
            a9 = a9.fma(h, h);
            a10 = a10.fma(h, h);
            a11 = a11.fma(h, h);
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
            a0 = a0.fma(h, h);
            a1 = a1.fma(h, h);
            a2 = a2.fma(h, h);
            a3 = a3.fma(h, h);
            a4 = a4.fma(h, h);
            a5 = a5.fma(h, h);
            a6 = a6.fma(h, h);
            a7 = a7.fma(h, h);
            a8 = a8.fma(h, h);
            a9 = a9.fma(h, h);
            a10 = a10.fma(h, h);
            a11 = a11.fma(h, h);
            a12 = a12.fma(h, h);
            a13 = a13.fma(h, h);
            a14 = a14.fma(h, h);
            a15 = a15.fma(h, h);
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
