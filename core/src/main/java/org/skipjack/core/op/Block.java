package org.skipjack.core.op;

import org.skipjack.core.Shape;

/** Copies a range of one dimension between two tensors whose other extents are equal. */
final class Block {
    private Block() {}

    /**
     * Indices {@code sourceFrom .. sourceFrom + extent} of the source's dimension become those from {@code targetFrom}
     * of the target's.
     */
    static void copy(
            double[] source,
            Shape sourceShape,
            int sourceFrom,
            double[] target,
            Shape targetShape,
            int targetFrom,
            int axis,
            int extent) {
        int inner = sourceShape.elements(axis + 1, sourceShape.rank());
        for (int outer = 0; outer < sourceShape.elements(0, axis); outer++) {
            int from = (outer * sourceShape.dim(axis) + sourceFrom) * inner;
            int to = (outer * targetShape.dim(axis) + targetFrom) * inner;
            System.arraycopy(source, from, target, to, extent * inner);
        }
    }
}
