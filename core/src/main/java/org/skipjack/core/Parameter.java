package org.skipjack.core;

/** A variable that is learnt: gradients are taken with respect to it and an optimiser updates it. */
public final class Parameter extends Variable {
    /** A parameter filled with zeros. */
    public Parameter(String name, Shape shape) {
        super(name, shape);
    }
}
