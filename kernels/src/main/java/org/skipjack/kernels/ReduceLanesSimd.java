package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;
import static org.skipjack.kernels.Species.F;

import jdk.incubator.vector.FloatVector;

/** SIMD twin of {@link ReduceLanesScalar}. */
final class ReduceLanesSimd {
    private ReduceLanesSimd() {}

    static void sum(float[] out, int outOff, float[] x, int xOff, int outer, int reduced) {
        for (int o = 0; o < outer; o++) {
            for (int l = 0; l < COUNT; l += Species.LENGTH) {
                sum(out, outOff + o * COUNT + l, x, xOff + o * reduced * COUNT + l, reduced);
            }
        }
    }

    private static void sum(float[] out, int to, float[] x, int at, int reduced) {
        FloatVector a0 = FloatVector.zero(F), a1 = a0, a2 = a0, a3 = a0;
        int r = 0;
        for (; r + 4 <= reduced; r += 4) {
            int p = at + r * COUNT;
            a0 = a0.add(FloatVector.fromArray(F, x, p));
            a1 = a1.add(FloatVector.fromArray(F, x, p + COUNT));
            a2 = a2.add(FloatVector.fromArray(F, x, p + 2 * COUNT));
            a3 = a3.add(FloatVector.fromArray(F, x, p + 3 * COUNT));
        }
        for (; r < reduced; r++) {
            a0 = a0.add(FloatVector.fromArray(F, x, at + r * COUNT));
        }
        a0.add(a1).add(a2.add(a3)).intoArray(out, to);
    }
}
