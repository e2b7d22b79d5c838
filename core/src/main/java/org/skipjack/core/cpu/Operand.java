package org.skipjack.core.cpu;

/** An unbatched operand: where it lies, views included. */
record Operand(Place place, int offset) {
    Operand(Value value) {
        this(value.place(), value.viewOffset);
    }

    float[] array() {
        return place.array();
    }

    int at() {
        return place.at(0, 0) + offset;
    }
}
