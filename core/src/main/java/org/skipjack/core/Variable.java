package org.skipjack.core;

import java.util.Arrays;

/** A named leaf that owns its storage and can be assigned: a {@link Parameter} or a {@link Buffer}. */
public abstract sealed class Variable extends Tensor permits Parameter, Buffer {
    private String name;
    private Device device = Device.cpu();
    private long version;

    /** The storage reaches up to 31 floats beyond the elements, so that kernels may work in whole vectors. */
    Variable(String name, Shape shape) {
        super(shape, new float[(shape.elements() + 31) / 16 * 16], null);
        this.name = name;
    }

    /** Dotted name as in PyTorch's state dict, for example {@code layer1.0.conv1.weight}. */
    public final String name() {
        return name;
    }

    /** Renames the variable; a module does so when it becomes part of another. */
    public final void rename(String newName) {
        name = newName;
    }

    /** Where expressions of this variable are computed. */
    public final Device device() {
        return device;
    }

    /** Moves the variable; a module moves all of its own. */
    public final void to(Device newDevice) {
        device = newDevice;
    }

    /**
     * Copies new values in.
     *
     * @throws ShapeMismatchException if their number differs
     */
    public final void assign(float... newValues) {
        if (newValues.length != shape().elements()) {
            throw new ShapeMismatchException(
                    "assign",
                    "variable " + name + " of shape " + shape() + " takes " + shape().elements() + " values, got "
                            + newValues.length);
        }
        System.arraycopy(newValues, 0, values(), 0, newValues.length);
        changed();
    }

    /** Sets every element. */
    public final void fill(float value) {
        Arrays.fill(values(), value);
        changed();
    }

    /** A number that grows whenever the values change, so that plans know when to compute anew what follows from them. */
    public final long version() {
        return version;
    }

    /** Tells that the {@link #values} have been changed in place; for backends. */
    public final void changed() {
        version++;
    }

    @Override
    public String toString() {
        return name + shape();
    }
}
