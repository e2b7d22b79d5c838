package org.skipjack.core;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The extents of a tensor, outermost first, as in {@code [256, 1, 28, 28]}. A scalar has rank 0.
 *
 * <p>Immutable. Elements are stored row-major: the last dimension is contiguous.
 */
public final class Shape {
    private static final Shape SCALAR = new Shape(new int[0]);

    private final int[] dims;
    private final int elements;

    private Shape(int[] dims) {
        long product = 1;
        for (int d : dims) {
            if (d < 0) {
                throw new ShapeMismatchException("shape", "dimensions must not be negative: " + Arrays.toString(dims));
            }
            product *= d;
            if (product > Integer.MAX_VALUE - 64) {
                throw new ShapeMismatchException(
                        "shape", Arrays.toString(dims) + " has more elements than one array holds (2^31 - 65)");
            }
        }
        this.dims = dims;
        this.elements = (int) product;
    }

    /**
     * A shape with the given extents.
     *
     * @throws ShapeMismatchException if an extent is negative or the product does not fit one Java array
     */
    public static Shape of(int... dims) {
        return dims.length == 0 ? SCALAR : new Shape(dims.clone());
    }

    /** The shape of a single number, rank 0. */
    public static Shape scalar() {
        return SCALAR;
    }

    /** Number of dimensions. */
    public int rank() {
        return dims.length;
    }

    /** Extent of a dimension; a negative index counts from the end. */
    public int dim(int index) {
        return dims[axis(index)];
    }

    /** Product of all extents; 1 for a scalar. */
    public int elements() {
        return elements;
    }

    /** A copy of the extents. */
    public int[] dims() {
        return dims.clone();
    }

    /** The same position as a non-negative dimension index: {@code -1} is the last one. */
    public int axis(int index) {
        int axis = index < 0 ? index + dims.length : index;
        if (axis < 0 || axis >= dims.length) {
            throw new ShapeMismatchException("shape", "dimension " + index + " does not exist in " + this);
        }
        return axis;
    }

    /** Product of the extents from {@code from} (inclusive) to {@code to} (exclusive). */
    public int elements(int from, int to) {
        int product = 1;
        for (int i = from; i < to; i++) {
            product *= dims[i];
        }
        return product;
    }

    /** This shape with one extent replaced. */
    public Shape with(int index, int extent) {
        int[] copy = dims.clone();
        copy[axis(index)] = extent;
        return new Shape(copy);
    }

    /** Row-major strides in elements; 0 where the extent is 1, so that the strides also broadcast. */
    public int[] broadcastStrides(int rank) {
        int[] strides = new int[rank];
        int stride = 1;
        for (int i = dims.length - 1; i >= 0; i--) {
            strides[rank - dims.length + i] = dims[i] == 1 ? 0 : stride;
            stride *= dims[i];
        }
        return strides;
    }

    /**
     * The common shape of two operands under NumPy's broadcasting: aligned at the last dimension, extents equal or 1.
     *
     * @throws ShapeMismatchException if some dimension has two different extents, neither of which is 1
     */
    public static Shape broadcast(String op, Shape a, Shape b) {
        if (a.equals(b)) {
            return a;
        }
        int rank = Math.max(a.rank(), b.rank());
        int[] out = new int[rank];
        for (int i = 1; i <= rank; i++) {
            int da = i <= a.rank() ? a.dims[a.rank() - i] : 1;
            int db = i <= b.rank() ? b.dims[b.rank() - i] : 1;
            if (da != db && da != 1 && db != 1) {
                throw new ShapeMismatchException(
                        op,
                        "shapes " + a + " and " + b + " do not broadcast: dimension " + (rank - i) + " is " + da
                                + " in one and " + db + " in the other");
            }
            out[rank - i] = da == 1 ? db : da;
        }
        return new Shape(out);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape s && Arrays.equals(dims, s.dims);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(dims);
    }

    @Override
    public String toString() {
        return IntStream.of(dims).mapToObj(Integer::toString).collect(Collectors.joining(", ", "[", "]"));
    }
}
