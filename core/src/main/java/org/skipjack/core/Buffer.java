package org.skipjack.core;

/** A variable that is state but not learnt, such as a running mean or an optimiser's momentum. */
public final class Buffer extends Variable {
    /** A buffer filled with zeros. */
    public Buffer(String name, Shape shape) {
        super(name, shape);
    }
}
