package org.skipjack.core;

/** A gradient rule disagrees with central differences; the message names the leaf, the element and both numbers. */
public final class GradientMismatchError extends AssertionError {
    private static final long serialVersionUID = 1L;

    /** An error with that one-line account. */
    public GradientMismatchError(String message) {
        super(message);
    }
}
