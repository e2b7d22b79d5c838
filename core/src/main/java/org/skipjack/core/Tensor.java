package org.skipjack.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.op.ArgMax;
import org.skipjack.core.op.BinaryOp;
import org.skipjack.core.op.BroadcastTo;
import org.skipjack.core.op.Concatenate;
import org.skipjack.core.op.Constant;
import org.skipjack.core.op.CrossEntropy;
import org.skipjack.core.op.Effect;
import org.skipjack.core.op.LogSoftmax;
import org.skipjack.core.op.MatMul;
import org.skipjack.core.op.Max;
import org.skipjack.core.op.Op;
import org.skipjack.core.op.Pad;
import org.skipjack.core.op.Permute;
import org.skipjack.core.op.Reshape;
import org.skipjack.core.op.Slice;
import org.skipjack.core.op.Sum;
import org.skipjack.core.op.UnaryOp;

/**
 * An n-dimensional array as a lazy, immutable expression: calling {@code x.relu()} records a node, asking for values
 * ({@link #toFloatArray}, {@link #item}) evaluates it.
 *
 * <p>Shapes are checked when a node is recorded. A value, once computed, stays with its node. Nothing needs closing:
 * memory is planned per expression and reused.
 */
public sealed class Tensor extends Node permits Variable {
    private Tensor(Op op, List<Tensor> inputs, Shape shape) {
        super(op, inputs, shape);
    }

    Tensor(Shape shape, float @Nullable [] floats, int @Nullable [] ints) {
        super(shape, floats, ints);
    }

    /** Values in row-major order; the array is copied. */
    public static Tensor of(float[] values, int... dims) {
        return wrap(Arrays.copyOf(values, values.length), dims);
    }

    /** Values in row-major order; the array is used as it is and must not change before the tensor has been evaluated. */
    public static Tensor wrap(float[] values, int... dims) {
        return new Tensor(Shape.of(dims), values, null);
    }

    /** Class labels or other whole numbers; the array is used as it is. */
    public static Tensor ofInts(int[] values, int... dims) {
        return new Tensor(Shape.of(dims), null, values);
    }

    /** A single number, rank 0. */
    public static Tensor scalar(float value) {
        return record(new Constant(value, Shape.scalar()));
    }

    /** The same number everywhere. */
    public static Tensor full(float value, int... dims) {
        return record(new Constant(value, Shape.of(dims)));
    }

    /**
     * Records an op; the door for ops and layers of one's own.
     *
     * @throws ShapeMismatchException if the op refuses the operands' shapes
     */
    public static Tensor record(Op op, Tensor... inputs) {
        var shapes = new Shape[inputs.length];
        for (int i = 0; i < shapes.length; i++) {
            shapes[i] = inputs[i].shape();
        }
        return new Tensor(op, List.of(inputs), op.shape(Arrays.asList(shapes)));
    }

    /** {@code this + other}, broadcasting. */
    public final Tensor add(Tensor other) {
        return record(BinaryOp.ADD, this, other);
    }

    /** {@code this + value}. */
    public final Tensor add(float value) {
        return add(scalar(value));
    }

    /** {@code this - other}, broadcasting. */
    public final Tensor sub(Tensor other) {
        return record(BinaryOp.SUBTRACT, this, other);
    }

    /** {@code this - value}. */
    public final Tensor sub(float value) {
        return sub(scalar(value));
    }

    /** {@code this * other}, broadcasting. */
    public final Tensor mul(Tensor other) {
        return record(BinaryOp.MULTIPLY, this, other);
    }

    /** {@code this * value}. */
    public final Tensor mul(float value) {
        return mul(scalar(value));
    }

    /** {@code this / other}, broadcasting. */
    public final Tensor div(Tensor other) {
        return record(BinaryOp.DIVIDE, this, other);
    }

    /** {@code this / value}. */
    public final Tensor div(float value) {
        return div(scalar(value));
    }

    /** Element-wise maximum, broadcasting. */
    public final Tensor maximum(Tensor other) {
        return record(BinaryOp.MAXIMUM, this, other);
    }

    /** Element-wise minimum, broadcasting. */
    public final Tensor minimum(Tensor other) {
        return record(BinaryOp.MINIMUM, this, other);
    }

    /** {@code 1} where {@code this > other}, else {@code 0}. */
    public final Tensor greater(Tensor other) {
        return record(BinaryOp.GREATER, this, other);
    }

    /** {@code 1} where {@code this > value}, else {@code 0}. */
    public final Tensor greater(float value) {
        return greater(scalar(value));
    }

    /** {@code 1} where the operands are equal, else {@code 0}; compares labels with predictions. */
    public final Tensor equalTo(Tensor other) {
        return record(BinaryOp.EQUAL, this, other);
    }

    /** {@code -this}. */
    public final Tensor neg() {
        return record(UnaryOp.NEGATE, this);
    }

    /** {@code |this|}. */
    public final Tensor abs() {
        return record(UnaryOp.ABS, this);
    }

    /** {@code this²}. */
    public final Tensor square() {
        return record(UnaryOp.SQUARE, this);
    }

    /** Square root. */
    public final Tensor sqrt() {
        return record(UnaryOp.SQRT, this);
    }

    /** {@code e} to the power of {@code this}. */
    public final Tensor exp() {
        return record(UnaryOp.EXP, this);
    }

    /** Natural logarithm. */
    public final Tensor log() {
        return record(UnaryOp.LOG, this);
    }

    /** {@code 1 / (1 + e⁻ˣ)}. */
    public final Tensor sigmoid() {
        return record(UnaryOp.SIGMOID, this);
    }

    /** Hyperbolic tangent. */
    public final Tensor tanh() {
        return record(UnaryOp.TANH, this);
    }

    /** {@code max(x, 0)}. */
    public final Tensor relu() {
        return record(UnaryOp.RELU, this);
    }

    /** Sum over the given dimensions, or over all of them if none is given. */
    public final Tensor sum(boolean keepDim, int... axes) {
        return record(new Sum(axes(axes), keepDim), this);
    }

    /** Sum of all elements, a scalar. */
    public final Tensor sum() {
        return sum(false);
    }

    /** Mean over the given dimensions, or over all of them if none is given. */
    public final Tensor mean(boolean keepDim, int... axes) {
        int n = 1;
        for (int axis : axes(axes)) {
            n *= shape().dim(axis);
        }
        return sum(keepDim, axes).div(n);
    }

    /** Mean of all elements, a scalar. */
    public final Tensor mean() {
        return mean(false);
    }

    /** Maximum over the given dimensions, or over all of them if none is given. */
    public final Tensor max(boolean keepDim, int... axes) {
        return record(new Max(axes(axes), keepDim), this);
    }

    /** Index of the first maximum along a dimension, which disappears. */
    public final Tensor argMax(int axis) {
        return record(new ArgMax(shape().axis(axis)), this);
    }

    /** Sums what broadcasting from {@code target} to this shape repeated, so that the result has shape {@code target}. */
    public final Tensor sumTo(Shape target) {
        if (shape().equals(target)) {
            return this;
        }
        int lead = shape().rank() - target.rank();
        int[] repeated = IntStream.range(0, shape().rank())
                .filter(i -> i < lead || (target.dim(i - lead) == 1 && shape().dim(i) != 1))
                .toArray();
        Tensor summed = repeated.length == 0 ? this : sum(true, repeated);
        return summed.reshape(target);
    }

    /** Repeats dimensions of extent 1, and new leading ones, up to {@code target}. */
    public final Tensor broadcastTo(Shape target) {
        return shape().equals(target) ? this : record(new BroadcastTo(target), this);
    }

    /** The same elements under another shape. */
    public final Tensor reshape(Shape target) {
        return shape().equals(target) ? this : record(new Reshape(target), this);
    }

    /** The same elements under another shape; one extent may be -1 and is then computed. */
    public final Tensor reshape(int... dims) {
        int[] target = dims.clone();
        int known = 1;
        for (int dim : dims) {
            known *= dim == -1 ? 1 : dim;
        }
        for (int i = 0; i < target.length; i++) {
            if (target[i] == -1) {
                target[i] = known == 0 ? 0 : shape().elements() / known;
            }
        }
        return reshape(Shape.of(target));
    }

    /** Merges the dimensions from {@code from} to the last into one. */
    public final Tensor flatten(int from) {
        int axis = shape().axis(from);
        int[] dims = Arrays.copyOf(shape().dims(), axis + 1);
        dims[axis] = shape().elements(axis, shape().rank());
        return reshape(Shape.of(dims));
    }

    /** Reorders the dimensions: dimension {@code i} of the result is dimension {@code order[i]} of this. */
    public final Tensor permute(int... order) {
        var axes = IntStream.of(order).map(i -> i < 0 ? i + shape().rank() : i);
        return record(new Permute(axes.boxed().toList()), this);
    }

    /** Matrix transpose. */
    public final Tensor transpose() {
        return permute(1, 0);
    }

    /** Surrounds a dimension with {@code before} and {@code after} zeros. */
    public final Tensor pad(int axis, int before, int after) {
        return record(new Pad(shape().axis(axis), before, after), this);
    }

    /** The elements {@code from} (inclusive) to {@code to} (exclusive) of a dimension. */
    public final Tensor slice(int axis, int from, int to) {
        return record(new Slice(shape().axis(axis), from, to), this);
    }

    /** Joins tensors along a dimension. */
    public static Tensor concatenate(int axis, Tensor... parts) {
        return record(new Concatenate(parts[0].shape().axis(axis)), parts);
    }

    /** Matrix product {@code [m, k] x [k, n] = [m, n]}. */
    public final Tensor matmul(Tensor other) {
        return record(new MatMul(false, false), this, other);
    }

    /** {@code x - log Σ eˣ} along the last dimension, computed without overflow. */
    public final Tensor logSoftmax() {
        return record(new LogSoftmax(), this);
    }

    /**
     * Negative log-likelihood of each example's label under the softmax of its logits: {@code [N, C]} and labels
     * {@code [N]} give {@code [N]}.
     */
    public final Tensor crossEntropy(Tensor labels) {
        return record(new CrossEntropy(), this, labels);
    }

    /** These values; evaluating the result also assigns the new value to the variable, as a moving average needs. */
    public final Tensor alsoAssign(Variable target, Tensor value) {
        return record(new Effect(List.of(target)), this, value);
    }

    /** The values in row-major order, computed now if need be; a copy. */
    public final float[] toFloatArray() {
        evaluate();
        if (dtype() == DType.INT32) {
            var out = new float[shape().elements()];
            for (int i = 0; i < out.length; i++) {
                out[i] = intValues()[i];
            }
            return out;
        }
        return Arrays.copyOf(values(), shape().elements());
    }

    /**
     * The value of a tensor with one element, computed now if need be.
     *
     * @throws ShapeMismatchException if there are more elements
     */
    public final float item() {
        if (shape().elements() != 1) {
            throw new ShapeMismatchException("item", "expects one element, shape is " + shape());
        }
        evaluate();
        return dtype() == DType.INT32 ? intValues()[0] : values()[0];
    }

    /** Computes the value unless it is known. */
    public final void evaluate() {
        if (!isKnown()) {
            Evaluation.evaluate(List.of(this));
        }
    }

    private List<Integer> axes(int... axes) {
        if (axes.length == 0) {
            return IntStream.range(0, shape().rank()).boxed().toList();
        }
        var out = new ArrayList<Integer>();
        for (int axis : axes) {
            out.add(shape().axis(axis));
        }
        out.sort(null);
        return List.copyOf(out);
    }
}
