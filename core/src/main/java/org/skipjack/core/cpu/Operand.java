package org.skipjack.core.cpu;

import org.jspecify.annotations.Nullable;
import org.skipjack.kernels.Conv2dLanes;
import org.skipjack.kernels.Slice;

/** An unbatched operand: where it lies, views included. */
record Operand(@Nullable Place place, int offset) {
    /** Stands for a bias that is not there. */
    static final Operand NONE = new Operand(null, 0);

    Operand(Value value) {
        this(value.place(), value.viewOffset);
    }

    float[] array() {
        return place == null ? Conv2dLanes.NO_BIAS : place.array();
    }

    int at() {
        return place == null ? 0 : place.at(0, 0) + offset;
    }

    /** Where it lies now, from an element on. */
    Slice slice(int element) {
        if (place == null) {
            return Slice.NONE;
        }
        Slice whole = place.slice(0, 0);
        int from = offset + element;
        return from == 0 ? whole : whole.plus(from);
    }
}
