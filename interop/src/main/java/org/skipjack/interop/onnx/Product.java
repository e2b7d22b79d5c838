package org.skipjack.interop.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;
import org.skipjack.core.Variable;
import org.skipjack.core.op.BinaryOp;
import org.skipjack.core.op.Concatenate;
import org.skipjack.core.op.Conv2d;
import org.skipjack.core.op.MatMul;
import org.skipjack.core.op.Reshape;
import org.skipjack.core.op.Slice;

/**
 * A convolution or matrix product with a constant weight, and the bias if one is added: what is one node in ONNX and several
 * in an expression.
 *
 * @param input what is multiplied
 * @param weight {@code [O, C, kh, kw]}; of a matrix product {@code [O, C]} or {@code [C, O]}
 * @param bias one number for each output channel, of any shape
 * @param outputAxis the dimension of the weight that is O
 * @param groups parts of the channels that are multiplied apart
 * @param opType ONNX's name
 * @param attributes as ONNX has them
 */
record Product(
        Tensor input,
        Tensor weight,
        Optional<Tensor> bias,
        int outputAxis,
        int groups,
        String opType,
        List<AttributeProto> attributes) {

    /** The product that a value is; empty if it is something else. */
    static Optional<Product> match(Recording recording, Tensor value) {
        return switch (Objects.requireNonNull(value.op())) {
            case Conv2d op -> convolution(recording, value, op);
            case MatMul op -> product(recording, value, op);
            case Concatenate op -> groups(recording, value, op);
            case BinaryOp op -> op == BinaryOp.ADD ? biased(recording, value) : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static Optional<Product> convolution(Recording recording, Tensor value, Conv2d op) {
        Tensor weight = value.inputs().get(1);
        return recording.isConstant(weight)
                ? Optional.of(convolution(value.inputs().getFirst(), weight, op, 1))
                : Optional.empty();
    }

    private static Product convolution(Tensor input, Tensor weight, Conv2d op, int groups) {
        Shape shape = weight.shape();
        return new Product(
                input,
                weight,
                Optional.empty(),
                0,
                groups,
                "Conv",
                List.of(
                        GraphWriter.numbers("kernel_shape", shape.dim(2), shape.dim(3)),
                        GraphWriter.numbers("strides", op.strideH(), op.strideW()),
                        GraphWriter.numbers("pads", op.padH(), op.padW(), op.padH(), op.padW()),
                        GraphWriter.numbers("dilations", op.dilationH(), op.dilationW()),
                        GraphWriter.number("group", groups)));
    }

    private static Optional<Product> product(Recording recording, Tensor value, MatMul op) {
        Tensor weight = value.inputs().get(1);
        return recording.isConstant(weight) && !op.transposeA()
                ? Optional.of(new Product(
                        value.inputs().getFirst(),
                        weight,
                        Optional.empty(),
                        op.transposeB() ? 0 : 1,
                        1,
                        "Gemm",
                        List.of(GraphWriter.number("transB", op.transposeB() ? 1 : 0))))
                : Optional.empty();
    }

    /** A convolution in groups is the concatenation of those of slices of input and weight. */
    private static Optional<Product> groups(Recording recording, Tensor value, Concatenate op) {
        Tensor first = value.inputs().getFirst();
        int count = value.inputs().size();
        if (op.axis() != 1 || count < 2 || !(first.op() instanceof Conv2d convolution)) {
            return Optional.empty();
        }
        Tensor input = first.inputs().getFirst();
        Tensor weight = first.inputs().get(1);
        if (input.inputs().size() != 1 || weight.inputs().size() != 1) {
            return Optional.empty();
        }
        Tensor channels = input.inputs().getFirst();
        Tensor weights = weight.inputs().getFirst();
        int in = input.shape().dim(1);
        int out = weight.shape().dim(0);
        if (!recording.isConstant(weights)
                || in * count != channels.shape().dim(1)
                || out * count != weights.shape().dim(0)) {
            return Optional.empty();
        }
        for (int g = 0; g < count; g++) {
            Tensor part = value.inputs().get(g);
            if (!convolution.equals(part.op())
                    || !recording.isReadOnce(part)
                    || !isSlice(part.inputs().getFirst(), channels, new Slice(1, g * in, (g + 1) * in))
                    || !isSlice(part.inputs().get(1), weights, new Slice(0, g * out, (g + 1) * out))) {
                return Optional.empty();
            }
        }
        return Optional.of(convolution(channels, weights, convolution, count));
    }

    private static boolean isSlice(Tensor value, Tensor of, Slice slice) {
        return slice.equals(value.op()) && value.inputs().getFirst() == of;
    }

    private static Optional<Product> biased(Recording recording, Tensor value) {
        Tensor left = value.inputs().get(0);
        Tensor right = value.inputs().get(1);
        return recording.isConstant(right) ? biased(recording, left, right) : biased(recording, right, left);
    }

    private static Optional<Product> biased(Recording recording, Tensor value, Tensor bias) {
        if (!recording.isConstant(bias) || recording.isConstant(value) || !recording.isReadOnce(value)) {
            return Optional.empty();
        }
        return match(recording, value)
                .filter(product -> product.bias.isEmpty() && product.isPerChannel(bias, value.shape()))
                .map(product -> new Product(
                        product.input,
                        product.weight,
                        Optional.of(bias),
                        product.outputAxis,
                        product.groups,
                        product.opType,
                        product.attributes));
    }

    /** Number of output channels. */
    int channels() {
        return weight.shape().dim(outputAxis);
    }

    /** A variable that has another shape itself stays an addition: the bias of ONNX's nodes is a list. */
    private boolean isPerChannel(Tensor bias, Shape result) {
        Shape shape = bias.shape();
        if (bare(bias) instanceof Variable variable && variable.shape().rank() != 1) {
            return false;
        }
        int fromEnd = result.rank() - 1;
        return shape.elements() == channels()
                && shape.rank() >= fromEnd
                && shape.rank() <= result.rank()
                && shape.dim(shape.rank() - fromEnd) == channels();
    }

    /** The variable that a constant is but for its shape; the constant itself if it is computed. */
    static Tensor bare(Tensor constant) {
        return constant.op() instanceof Reshape && constant.inputs().getFirst() instanceof Variable variable
                ? variable
                : constant;
    }
}
