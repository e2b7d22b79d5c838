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

    static void rows16(float[] out, int outAt, float[] a, int at) {
        for (int i = 0; i < 8; i++) {
            FloatVector u = FloatVector.fromArray(F, a, at + i * 16);
            FloatVector v = FloatVector.fromArray(F, a, at + i * 16 + 128);
            u.blend(v, M8).add(u.rearrange(HALF).blend(v.rearrange(HALF), M8)).intoArray(a, at + i * 16);
        }
        for (int i = 0; i < 4; i++) {
            FloatVector u = FloatVector.fromArray(F, a, at + i * 16);
            FloatVector v = FloatVector.fromArray(F, a, at + i * 16 + 64);
            u.blend(v, M4)
                    .add(u.rearrange(QUARTER).blend(v.rearrange(QUARTER), M4))
                    .intoArray(a, at + i * 16);
        }
        for (int i = 0; i < 2; i++) {
            FloatVector u = FloatVector.fromArray(F, a, at + i * 16);
            FloatVector v = FloatVector.fromArray(F, a, at + i * 16 + 32);
            u.blend(v, M2)
                    .add(u.rearrange(EIGHTH).blend(v.rearrange(EIGHTH), M2))
                    .intoArray(a, at + i * 16);
        }
        FloatVector u = FloatVector.fromArray(F, a, at);
        FloatVector v = FloatVector.fromArray(F, a, at + 16);
        u.blend(v, M1)
                .add(u.rearrange(SIXTEENTH).blend(v.rearrange(SIXTEENTH), M1))
                .intoArray(out, outAt);
    }
}
