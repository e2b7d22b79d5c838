package org.skipjack.core.op;

import org.skipjack.core.Shape;

/** Counts through the index tuples of a shape in row-major order, for definitions that address operands by strides. */
final class Odometer {
    private final int[] dims;
    private final int[] index;

    Odometer(Shape shape) {
        this.dims = shape.dims();
        this.index = new int[dims.length];
    }

    int at(int axis) {
        return index[axis];
    }

    int offset(int[] strides) {
        int offset = 0;
        for (int i = 0; i < index.length; i++) {
            offset += index[i] * strides[i];
        }
        return offset;
    }

    void advance() {
        for (int i = index.length - 1; i >= 0; i--) {
            if (++index[i] < dims[i]) {
                return;
            }
            index[i] = 0;
        }
    }
}
