package org.skipjack.nn;

import java.util.Optional;
import java.util.random.RandomGenerator;
import org.skipjack.core.Parameter;
import org.skipjack.core.Shape;
import org.skipjack.core.ShapeMismatchException;
import org.skipjack.core.Tensor;
import org.skipjack.core.op.MatMul;

/**
 * Affine map {@code y = x Wᵀ + b} of the last dimension: {@code [..., in]} becomes {@code [..., out]}.
 *
 * <p>Parameters: {@code weight [out, in]} and {@code bias [out]}, both initially uniform within {@code ±1/√in}.
 *
 * <p>Follows <a href="https://pytorch.org/docs/stable/generated/torch.nn.Linear.html">torch.nn.Linear</a>.
 */
public final class Linear extends Module {
    private final Parameter weight;
    private final Optional<Parameter> bias;

    /** With a bias. */
    public Linear(int in, int out) {
        this(in, out, true);
    }

    /** With or without a bias. */
    public Linear(int in, int out, boolean bias) {
        this.weight = parameter("weight", Shape.of(out, in));
        this.bias = bias ? Optional.of(parameter("bias", Shape.of(out))) : Optional.empty();
        resetParameters(Init.generator(0));
    }

    @Override
    protected void resetParameters(RandomGenerator random) {
        Init.layer(weight, bias, random);
    }

    /** Maps the last dimension; throws a {@link ShapeMismatchException} if its extent is not {@code in}. */
    @Override
    public Tensor forward(Tensor x) {
        Shape shape = x.shape();
        int in = weight.shape().dim(1);
        if (shape.rank() == 0 || shape.dim(-1) != in) {
            throw new ShapeMismatchException(
                    "linear", "input " + shape + " does not end in " + in + " features; weight " + weight.shape());
        }
        Tensor rows = x.reshape(Shape.of(shape.elements(0, shape.rank() - 1), in));
        Tensor product = Tensor.record(new MatMul(false, true), rows, weight);
        Tensor y = bias.isPresent() ? product.add(bias.get()) : product;
        return y.reshape(shape.with(-1, weight.shape().dim(0)));
    }

    /** {@code [out, in]}. */
    public Parameter weight() {
        return weight;
    }

    /** {@code [out]}; empty if the layer was made without. */
    public Optional<Parameter> bias() {
        return bias;
    }
}
