package org.skipjack.kernels;

import static org.skipjack.kernels.Species.F;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/** 512-bit twin of {@link LaneSums}: a transposing tree of pairwise sums. */
final class LaneSumsSimd {
    private static final VectorShuffle<Float> HALF = rotate(8);
    private static final VectorShuffle<Float> QUARTER = rotate(4);
    private static final VectorShuffle<Float> EIGHTH = rotate(2);
    private static final VectorShuffle<Float> SIXTEENTH = rotate(1);
    private static final VectorMask<Float> M8 = upper(8);
    private static final VectorMask<Float> M4 = upper(4);
    private static final VectorMask<Float> M2 = upper(2);
    private static final VectorMask<Float> M1 = upper(1);

    private LaneSumsSimd() {}

    /** Lane {@code l} takes lane {@code l} with bit {@code k} of its number flipped. */
    private static VectorShuffle<Float> rotate(int k) {
        return VectorShuffle.fromOp(F, l -> l ^ k);
    }

    private static VectorMask<Float> upper(int k) {
        long bits = 0;
        for (int l = 0; l < F.length(); l++) {
            if ((l & k) != 0) {
                bits |= 1L << l;
            }
        }
        return VectorMask.fromLong(F, bits);
    }

    /**
     * Two steps at a time in registers. A step adds the halves of two rows: the lower result is the first row's, the upper the
     * second's.
     */
    static void rows16(float[] out, int outAt, float[] a, int at) {
        for (int i = at; i < at + 64; i += 16) {
            FloatVector r0 = FloatVector.fromArray(F, a, i);
            FloatVector r4 = FloatVector.fromArray(F, a, i + 64);
            FloatVector r8 = FloatVector.fromArray(F, a, i + 128);
            FloatVector r12 = FloatVector.fromArray(F, a, i + 192);
            FloatVector u = r0.blend(r8, M8).add(r8.blend(r0, M8).rearrange(HALF));
            FloatVector v = r4.blend(r12, M8).add(r12.blend(r4, M8).rearrange(HALF));
            u.blend(v, M4).add(v.blend(u, M4).rearrange(QUARTER)).intoArray(a, i);
        }
        FloatVector r0 = FloatVector.fromArray(F, a, at);
        FloatVector r1 = FloatVector.fromArray(F, a, at + 16);
        FloatVector r2 = FloatVector.fromArray(F, a, at + 32);
        FloatVector r3 = FloatVector.fromArray(F, a, at + 48);
        FloatVector u = r0.blend(r2, M2).add(r2.blend(r0, M2).rearrange(EIGHTH));
        FloatVector v = r1.blend(r3, M2).add(r3.blend(r1, M2).rearrange(EIGHTH));
        u.blend(v, M1).add(v.blend(u, M1).rearrange(SIXTEENTH)).intoArray(out, outAt);
    }
}
