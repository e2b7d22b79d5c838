package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;
import static org.skipjack.kernels.Species.F;

import jdk.incubator.vector.FloatVector;

/** SIMD twin of the exponentials of {@link CrossEntropyLanes}. */
final class CrossEntropyLanesSimd {
    private CrossEntropyLanesSimd() {}

    static void exponentials(float[] out, int outOff, float[] x, int xOff, int classes) {
        for (int l = 0; l < COUNT; l += Species.LENGTH) {
            FloatVector max = FloatVector.fromArray(F, x, xOff + l);
            for (int c = 1; c < classes; c++) {
                max = max.max(FloatVector.fromArray(F, x, xOff + c * COUNT + l));
            }
            for (int c = 0; c < classes; c++) {
                FloatVector below =
                        FloatVector.fromArray(F, x, xOff + c * COUNT + l).sub(max);
                VectorMath.exp(below.max(-ScalarMath.LIMIT)).intoArray(out, outOff + c * COUNT + l);
            }
        }
    }
}
