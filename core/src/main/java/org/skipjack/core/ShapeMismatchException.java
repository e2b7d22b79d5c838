package org.skipjack.core;

/**
 * Operands that do not fit together. The message is one line that names the op, what it got, what it expected and, once
 * the exception has passed through a module, the layer: {@code [conv2d] at layer1.0.conv2: input has 3 channels, ...}.
 */
public final class ShapeMismatchException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String op;
    private final String path;
    private final String detail;

    /** An error of the op with that name, not yet attributed to a layer. */
    public ShapeMismatchException(String op, String detail) {
        this(op, "", detail);
    }

    private ShapeMismatchException(String op, String path, String detail) {
        super("[" + op + "]" + (path.isEmpty() ? "" : " at " + path) + ": " + detail);
        this.op = op;
        this.path = path;
        this.detail = detail;
    }

    /** The same error seen from the enclosing module, whose child of that name raised it. */
    public ShapeMismatchException within(String child) {
        var outer = new ShapeMismatchException(op, path.isEmpty() ? child : child + "." + path, detail);
        outer.setStackTrace(getStackTrace());
        return outer;
    }

    /** Name of the op that refused its operands. */
    public String op() {
        return op;
    }

    /** Dotted path of the layer, or the empty string outside a module. */
    public String path() {
        return path;
    }
}
