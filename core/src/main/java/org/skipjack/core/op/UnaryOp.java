package org.skipjack.core.op;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;

/** An element-wise function of one operand; the result has the operand's shape. */
public enum UnaryOp implements Op {
    /** {@code -x}. */
    NEGATE(x -> -x),
    /** {@code |x|}; gradient 0 at 0. */
    ABS(Math::abs),
    /** {@code x²}. */
    SQUARE(x -> x * x),
    /** {@code √x}. */
    SQRT(Math::sqrt),
    /** {@code eˣ}. */
    EXP(Math::exp),
    /** Natural logarithm. */
    LOG(Math::log),
    /** {@code 1 / (1 + e⁻ˣ)}. */
    SIGMOID(x -> 1 / (1 + Math.exp(-x))),
    /** Hyperbolic tangent. */
    TANH(Math::tanh),
    /** {@code max(x, 0)}; gradient 0 at 0; NaN stays NaN. */
    RELU(x -> x > 0 || Double.isNaN(x) ? x : 0);

    @SuppressWarnings("ImmutableEnumChecker") // Lambdas without captures.
    private final DoubleUnaryOperator function;

    UnaryOp(DoubleUnaryOperator function) {
        this.function = function;
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        return inputs.getFirst();
    }

    @Override
    public List<@Nullable Tensor> gradient(Tensor output, Tensor upstream) {
        Tensor x = output.inputs().getFirst();
        return switch (this) {
            case NEGATE -> List.of(upstream.neg());
            case ABS -> List.of(upstream.mul(x.greater(0).sub(x.neg().greater(0))));
            case SQUARE -> List.of(upstream.mul(x).mul(2));
            case SQRT -> List.of(upstream.div(output).mul(0.5f));
            case EXP -> List.of(upstream.mul(output));
            case LOG -> List.of(upstream.div(x));
            case SIGMOID -> List.of(Tensor.record(BinaryOp.SIGMOID_GRADIENT, output, upstream));
            case TANH -> List.of(Tensor.record(BinaryOp.TANH_GRADIENT, output, upstream));
            case RELU -> List.of(Tensor.record(BinaryOp.RELU_GRADIENT, output, upstream));
        };
    }

    @Override
    public double[] define(List<Operand> inputs, Shape shape) {
        return Arrays.stream(inputs.getFirst().data()).map(function).toArray();
    }

    @Override
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
