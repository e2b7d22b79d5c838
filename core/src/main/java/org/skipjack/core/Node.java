package org.skipjack.core;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.op.Op;

/** A node of an expression: what computes it, and its value once that is known. {@link Tensor} adds the operators. */
abstract sealed class Node permits Tensor {
    private final @Nullable Op op;
    private final List<Tensor> inputs;
    private final Shape shape;
    private final DType dtype;
    private float @Nullable [] floats;
    private int @Nullable [] ints;

    /** A node that an op computes. */
    Node(Op op, List<Tensor> inputs, Shape shape) {
        this.op = op;
        this.inputs = inputs;
        this.shape = shape;
        this.dtype = op.dtype();
    }

    /** A leaf. */
    Node(Shape shape, float @Nullable [] floats, int @Nullable [] ints) {
        this.op = null;
        this.inputs = List.of();
        this.shape = shape;
        this.dtype = ints == null ? DType.FLOAT32 : DType.INT32;
        this.floats = floats;
        this.ints = ints;
        int length = ints != null ? ints.length : floats != null ? floats.length : 0;
        if (length < shape.elements()) {
            throw new ShapeMismatchException(
                    "tensor", length + " values do not fill shape " + shape + " of " + shape.elements());
        }
    }

    /** The op that computes this node; {@code null} for a leaf. */
    public final @Nullable Op op() {
        return op;
    }

    /** The operands of {@link #op}. */
    public final List<Tensor> inputs() {
        return inputs;
    }

    /** Extents. */
    public final Shape shape() {
        return shape;
    }

    /** Element type. */
    public final DType dtype() {
        return dtype;
    }

    /** Whether the value is there already: leaves, variables and evaluated nodes. */
    public final boolean isKnown() {
        return floats != null || ints != null;
    }

    /** The stored floats themselves, at least as many as there are elements; for backends. */
    public final float[] values() {
        if (floats == null) {
            throw new IllegalStateException("[" + this + "] holds no float values: it is "
                    + (ints != null ? "a tensor of whole numbers" : "not evaluated yet"));
        }
        return floats;
    }

    /** The stored whole numbers themselves; for backends. */
    public final int[] intValues() {
        if (ints == null) {
            throw new IllegalStateException("[" + this + "] holds floats, not whole numbers");
        }
        return ints;
    }

    /** Keeps a computed value with its node. */
    final void remember(float[] computed) {
        floats = computed;
    }

    @Override
    public String toString() {
        return (op == null ? dtype.name().toLowerCase(Locale.ROOT) : op.label()) + shape;
    }
}
