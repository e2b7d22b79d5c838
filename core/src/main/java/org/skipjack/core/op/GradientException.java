package org.skipjack.core.op;

/** Asked for a gradient that does not exist, for example of a gradient op or through {@code argMax}. */
public final class GradientException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** An error that names the op. */
    public GradientException(String op, String detail) {
        super("[" + op + "]: " + detail);
    }

    /** The error of an op that can be differentiated once only. */
    static GradientException second(String op) {
        return new GradientException(op, "is itself a gradient; second derivatives are not available");
    }
}
