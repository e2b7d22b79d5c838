package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;
import static org.skipjack.kernels.Species.F;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** One window of 3x3 that lies in the map, for {@link PoolLanesSimd}: the same bits without loops over the window. */
final class PoolLanesThreesSimd {
    private PoolLanesThreesSimd() {}

    /** The maximum of all times {@code sign}, times that again; {@code row} is the distance between two rows of the map. */
    static void largest(float[] y, int at, float[] x, int from, int row, float sign) {
        for (int l = 0; l < COUNT; l += Species.LENGTH) {
            int top = from + l;
            int middle = top + row;
            int bottom = middle + row;
            FloatVector.fromArray(F, x, top)
                    .mul(sign)
                    .max(FloatVector.fromArray(F, x, top + COUNT).mul(sign))
                    .max(FloatVector.fromArray(F, x, top + 2 * COUNT).mul(sign))
                    .max(FloatVector.fromArray(F, x, middle).mul(sign))
                    .max(FloatVector.fromArray(F, x, middle + COUNT).mul(sign))
                    .max(FloatVector.fromArray(F, x, middle + 2 * COUNT).mul(sign))
                    .max(FloatVector.fromArray(F, x, bottom).mul(sign))
                    .max(FloatVector.fromArray(F, x, bottom + COUNT).mul(sign))
                    .max(FloatVector.fromArray(F, x, bottom + 2 * COUNT).mul(sign))
                    .mul(sign)
                    .intoArray(y, at + l);
        }
    }

    /** Adds the window's gradient to that of its first maximum. Written out, the rows would be too much code to inline. */
    static void toLargest(float[] dx, int to, float[] dy, int at, float[] x, int from, int row, float sign) {
        for (int l = 0; l < COUNT; l += Species.LENGTH) {
            int top = from + l;
            int middle = top + row;
            int bottom = middle + row;
            FloatVector best = FloatVector.fromArray(F, x, top)
                    .mul(sign)
                    .max(FloatVector.fromArray(F, x, top + COUNT).mul(sign))
                    .max(FloatVector.fromArray(F, x, top + 2 * COUNT).mul(sign))
                    .max(FloatVector.fromArray(F, x, middle).mul(sign))
                    .max(FloatVector.fromArray(F, x, middle + COUNT).mul(sign))
                    .max(FloatVector.fromArray(F, x, middle + 2 * COUNT).mul(sign))
                    .max(FloatVector.fromArray(F, x, bottom).mul(sign))
                    .max(FloatVector.fromArray(F, x, bottom + COUNT).mul(sign))
                    .max(FloatVector.fromArray(F, x, bottom + 2 * COUNT).mul(sign));
            // What is still to be given away: all of it, then nothing.
            FloatVector left = FloatVector.fromArray(F, dy, at + l);
            int q = top;
            int p = to + l;
            for (int i = 0; i < 3; i++) {
                var wins = FloatVector.fromArray(F, x, q).mul(sign).compare(VectorOperators.EQ, best);
                FloatVector.fromArray(F, dx, p).add(left, wins).intoArray(dx, p);
                left = left.blend(0f, wins);
                wins = FloatVector.fromArray(F, x, q + COUNT).mul(sign).compare(VectorOperators.EQ, best);
                FloatVector.fromArray(F, dx, p + COUNT).add(left, wins).intoArray(dx, p + COUNT);
                left = left.blend(0f, wins);
                wins = FloatVector.fromArray(F, x, q + 2 * COUNT).mul(sign).compare(VectorOperators.EQ, best);
                FloatVector.fromArray(F, dx, p + 2 * COUNT).add(left, wins).intoArray(dx, p + 2 * COUNT);
                left = left.blend(0f, wins);
                q += row;
                p += row;
            }
        }
    }
}
