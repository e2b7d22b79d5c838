package org.skipjack.core;

/** The element type of a {@link Tensor}: 32-bit floats for everything that is learnt, 32-bit integers for labels. */
public enum DType {
    /** IEEE 754 binary32. */
    FLOAT32,
    /** Two's complement 32-bit integer; used for class labels, never differentiated. */
    INT32
}
