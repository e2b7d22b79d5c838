package org.skipjack.core.op;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleBinaryOperator;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;

/** An element-wise function of two operands, which broadcast as in NumPy. */
public enum BinaryOp implements Op {
    /** {@code a + b}. */
    ADD(Double::sum),
    /** {@code a - b}. */
    SUBTRACT((a, b) -> a - b),
    /** {@code a * b}. */
    MULTIPLY((a, b) -> a * b),
    /** {@code a / b}. */
    DIVIDE((a, b) -> a / b),
    /** {@code max(a, b)}; the gradient of a tie goes to {@code b}. */
    MAXIMUM(Math::max),
    /** {@code min(a, b)}; the gradient of a tie goes to {@code b}. */
    MINIMUM(Math::min),
    /** {@code 1} where {@code a > b}, else {@code 0}; no gradient flows. */
    GREATER((a, b) -> a > b ? 1 : 0),
    /** {@code 1} where {@code a = b}, else {@code 0}; no gradient flows. */
    EQUAL((a, b) -> a == b ? 1 : 0),
    /** {@code g y (1 - y)} of a sigmoid's result {@code y} and upstream gradient {@code g}. */
    SIGMOID_GRADIENT((y, g) -> g * y * (1 - y)),
    /** {@code g (1 - y²)} of a tanh's result {@code y} and upstream gradient {@code g}. */
    TANH_GRADIENT((y, g) -> g * (1 - y * y)),
    /** {@code g} where the rectified {@code y} is positive, else {@code 0}. */
    RELU_GRADIENT((y, g) -> y > 0 ? g : 0);

    private final String label = name().toLowerCase(Locale.ROOT);

    @SuppressWarnings("ImmutableEnumChecker") // Lambdas without captures.
    private final DoubleBinaryOperator function;

    BinaryOp(DoubleBinaryOperator function) {
        this.function = function;
    }

    @Override
    public String label() {
        return label;
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        return Shape.broadcast(label(), inputs.get(0), inputs.get(1));
    }

    @Override
    public List<@Nullable Tensor> gradient(Tensor output, Tensor upstream) {
        Tensor a = output.inputs().get(0);
        Tensor b = output.inputs().get(1);
        return switch (this) {
            case ADD -> List.of(upstream.sumTo(a.shape()), upstream.sumTo(b.shape()));
            case SUBTRACT -> List.of(upstream.sumTo(a.shape()), upstream.neg().sumTo(b.shape()));
            case MULTIPLY ->
                List.of(upstream.mul(b).sumTo(a.shape()), upstream.mul(a).sumTo(b.shape()));
            case DIVIDE -> {
                Tensor da = upstream.div(b);
                yield List.of(da.sumTo(a.shape()), da.mul(output).neg().sumTo(b.shape()));
            }
            case MAXIMUM -> split(a, b, upstream, a.greater(b));
            case MINIMUM -> split(a, b, upstream, b.greater(a));
            case GREATER, EQUAL -> Arrays.asList(null, null);
            case SIGMOID_GRADIENT, TANH_GRADIENT, RELU_GRADIENT -> throw GradientException.second(label());
        };
    }

    private static List<@Nullable Tensor> split(Tensor a, Tensor b, Tensor upstream, Tensor first) {
        Tensor da = upstream.mul(first);
        return List.of(da.sumTo(a.shape()), upstream.sub(da).sumTo(b.shape()));
    }

    @Override
    public double[] define(List<Operand> inputs, Shape shape) {
        var a = inputs.get(0);
        var b = inputs.get(1);
        int[] strideA = a.shape().broadcastStrides(shape.rank());
        int[] strideB = b.shape().broadcastStrides(shape.rank());
        var out = new double[shape.elements()];
        var index = new Odometer(shape);
        for (int i = 0; i < out.length; i++) {
            out[i] = function.applyAsDouble(a.data()[index.offset(strideA)], b.data()[index.offset(strideB)]);
            index.advance();
        }
        return out;
    }
}
