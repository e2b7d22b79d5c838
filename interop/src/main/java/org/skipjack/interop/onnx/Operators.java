package org.skipjack.interop.onnx;

import static org.skipjack.interop.onnx.GraphWriter.number;
import static org.skipjack.interop.onnx.GraphWriter.numbers;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;
import org.skipjack.core.op.AdaptiveAvgPool2d;
import org.skipjack.core.op.ArgMax;
import org.skipjack.core.op.AvgPool2d;
import org.skipjack.core.op.BinaryOp;
import org.skipjack.core.op.BroadcastTo;
import org.skipjack.core.op.Concatenate;
import org.skipjack.core.op.Constant;
import org.skipjack.core.op.Conv2d;
import org.skipjack.core.op.LogSoftmax;
import org.skipjack.core.op.MatMul;
import org.skipjack.core.op.Max;
import org.skipjack.core.op.MaxPool2d;
import org.skipjack.core.op.Op;
import org.skipjack.core.op.Pad;
import org.skipjack.core.op.Permute;
import org.skipjack.core.op.Reshape;
import org.skipjack.core.op.Slice;
import org.skipjack.core.op.Sum;
import org.skipjack.core.op.UnaryOp;
import org.skipjack.core.op.Window2d;

/** Ops one by one: for each the nodes of <a href="https://onnx.ai/onnx/operators/">ONNX</a> that compute the same. */
final class Operators {
    private static final String EXPECTED = "expected the ops of a forward pass in evaluation mode: convolution, matrix "
            + "product, pooling, batch norm by running statistics, element-wise, reductions and changes of shape";

    private final Recording recording;
    private final GraphWriter graph;
    private final Function<Tensor, String> value;

    /**
     * For one graph.
     *
     * @param value gives the name of an operand
     */
    Operators(Recording recording, GraphWriter graph, Function<Tensor, String> value) {
        this.recording = recording;
        this.graph = graph;
        this.value = value;
    }

    /** Adds the nodes of a value's op and gives the name of the result. */
    String add(Tensor y) {
        Op op = Objects.requireNonNull(y.op());
        return switch (op) {
            case UnaryOp unary -> unary(y, unary);
            case BinaryOp binary -> binary(y, binary);
            case Conv2d convolution ->
                node(
                        y,
                        "Conv",
                        numbers("strides", convolution.strideH(), convolution.strideW()),
                        pads(convolution.padH(), convolution.padW()),
                        numbers("dilations", convolution.dilationH(), convolution.dilationW()));
            case MatMul matmul ->
                node(
                        y,
                        "Gemm",
                        number("transA", matmul.transposeA() ? 1 : 0),
                        number("transB", matmul.transposeB() ? 1 : 0));
            case MaxPool2d pool -> window(y, "MaxPool", pool.window());
            case AvgPool2d pool -> average(y, pool);
            case AdaptiveAvgPool2d pool -> adaptive(y, pool);
            case LogSoftmax softmax -> node(y, "LogSoftmax", number("axis", -1));
            case Sum sum -> reduce(y, "ReduceSum", sum.axes(), sum.keepDim());
            case Max max -> reduce(y, "ReduceMax", max.axes(), max.keepDim());
            case ArgMax search -> cast(node(y, "ArgMax", number("axis", search.axis()), number("keepdims", 0)));
            case Reshape reshape -> reshape(y);
            case BroadcastTo broadcast -> broadcast(y);
            case Permute permute ->
                node(
                        y,
                        "Transpose",
                        numbers(
                                "perm",
                                permute.order().stream()
                                        .mapToLong(Integer::longValue)
                                        .toArray()));
            case Pad pad -> pad(y, pad);
            case Slice slice ->
                graph.node(
                        "Slice",
                        "",
                        List.of(
                                operands(y).getFirst(),
                                graph.constant(slice.from()),
                                graph.constant(slice.to()),
                                graph.constant(slice.axis())));
            case Concatenate join -> node(y, "Concat", number("axis", join.axis()));
            default -> throw recording.refuse(y, EXPECTED);
        };
    }

    /** A node whose inputs are the value's operands. */
    private String node(Tensor y, String opType, AttributeProto... attributes) {
        return graph.node(opType, "", operands(y), attributes);
    }

    /** The operands; of a constant that follows the batch one number is enough only where broadcasting repeats it. */
    private List<String> operands(Tensor y) {
        for (Tensor operand : y.inputs()) {
            boolean follows = recording.isConstant(operand) && recording.variableExtents(operand) > 0;
            if (follows && !(y.op() instanceof BinaryOp && isRepeated(operand, y))) {
                throw recording.refuse(operand, "expected constants whose shape does not follow the batch");
            }
        }
        return y.inputs().stream().map(value).toList();
    }

    /** Whether another operand has all the extents that a constant has from the batch. */
    private boolean isRepeated(Tensor constant, Tensor y) {
        int lead = y.shape().rank() - constant.shape().rank();
        return y.inputs().stream().filter(other -> other != constant).anyMatch(other -> {
            int otherLead = y.shape().rank() - other.shape().rank();
            return IntStream.range(0, constant.shape().rank())
                    .filter(i -> recording.varies(constant, i))
                    .map(i -> i + lead - otherLead)
                    .allMatch(i -> i >= 0 && recording.varies(other, i));
        });
    }

    private String cast(String whole) {
        return graph.node("Cast", "", List.of(whole), number("to", TensorProto.DataType.FLOAT.getNumber()));
    }

    private String unary(Tensor y, UnaryOp op) {
        return switch (op) {
            case NEGATE -> node(y, "Neg");
            case ABS -> node(y, "Abs");
            case SQUARE -> {
                String x = value.apply(y.inputs().getFirst());
                yield graph.node("Mul", "", List.of(x, x));
            }
            case SQRT -> node(y, "Sqrt");
            case EXP -> exponential(y);
            case LOG -> node(y, "Log");
            case SIGMOID -> node(y, "Sigmoid");
            case TANH -> node(y, "Tanh");
            case RELU -> node(y, "Relu");
        };
    }

    private String exponential(Tensor y) {
        Tensor x = y.inputs().getFirst();
        return x.op() instanceof LogSoftmax && !recording.isConstant(x) && recording.isReadOnce(x)
                ? node(x, "Softmax", number("axis", -1))
                : node(y, "Exp");
    }

    private String binary(Tensor y, BinaryOp op) {
        return switch (op) {
            case ADD -> node(y, "Add");
            case SUBTRACT -> node(y, "Sub");
            case MULTIPLY -> node(y, "Mul");
            case DIVIDE -> divide(y);
            case MAXIMUM -> node(y, "Max");
            case MINIMUM -> node(y, "Min");
            case GREATER -> cast(node(y, "Greater"));
            case EQUAL -> cast(node(y, "Equal"));
            case SIGMOID_GRADIENT, TANH_GRADIENT, RELU_GRADIENT -> throw recording.refuse(y, EXPECTED);
        };
    }

    /** A quotient, or a mean: the sum over some dimensions divided by their extents. */
    private String divide(Tensor y) {
        Tensor sum = y.inputs().getFirst();
        if (sum.op() instanceof Sum op
                && !recording.isConstant(sum)
                && recording.isReadOnce(sum)
                && y.inputs().get(1).op() instanceof Constant divisor
                && divisor.of().rank() == 0) {
            Shape summed = sum.inputs().getFirst().shape();
            if (divisor.value() == op.axes().stream().mapToInt(summed::dim).reduce(1, Math::multiplyExact)) {
                return reduce(sum, "ReduceMean", op.axes(), op.keepDim());
            }
        }
        return node(y, "Div");
    }

    private String reduce(Tensor y, String opType, List<Integer> axes, boolean keepDim) {
        String x = operands(y).getFirst();
        return graph.node(
                opType,
                "",
                List.of(
                        x,
                        graph.constant(
                                axes.stream().mapToLong(Integer::longValue).toArray())),
                number("keepdims", keepDim ? 1 : 0));
    }

    private static AttributeProto pads(int rows, int columns) {
        return numbers("pads", rows, columns, rows, columns);
    }

    private String window(Tensor y, String opType, Window2d window, AttributeProto... more) {
        var attributes = new ArrayList<>(List.of(
                numbers("kernel_shape", window.kernelH(), window.kernelW()),
                numbers("strides", window.strideH(), window.strideW()),
                pads(window.padH(), window.padW())));
        attributes.addAll(List.of(more));
        return node(y, opType, attributes.toArray(AttributeProto[]::new));
    }

    private String average(Tensor y, AvgPool2d pool) {
        Shape x = y.inputs().getFirst().shape();
        Window2d window = pool.window();
        boolean whole = window.kernelH() == x.dim(2)
                && window.kernelW() == x.dim(3)
                && window.padH() == 0
                && window.padW() == 0;
        return whole
                ? node(y, "GlobalAveragePool")
                : window(y, "AveragePool", window, number("count_include_pad", pool.countPadding() ? 1 : 0));
    }

    /** ONNX has no such windows; but the mean over rows and columns is a product with a matrix on either side. */
    private String adaptive(Tensor y, AdaptiveAvgPool2d pool) {
        Shape x = y.inputs().getFirst().shape();
        String rows = shares(pool.outH(), x.dim(2), false);
        String columns = shares(pool.outW(), x.dim(3), true);
        String narrow = graph.node("MatMul", "", List.of(operands(y).getFirst(), columns));
        return graph.node("MatMul", "", List.of(rows, narrow));
    }

    /** {@code [out, in]}: by how much an element counts in the mean of each window; or its transpose. */
    private String shares(int out, int in, boolean transposed) {
        var matrix = new float[out * in];
        for (int i = 0; i < out; i++) {
            int from = (int) ((long) i * in / out);
            int to = (int) (((i + 1L) * in + out - 1) / out);
            for (int k = from; k < to; k++) {
                matrix[transposed ? k * out + i : i * in + k] = 1f / (to - from);
            }
        }
        return graph.constant(transposed ? Shape.of(in, out) : Shape.of(out, in), matrix);
    }

    /** An extent that follows the batch is left to be computed, so there can be one. */
    private String reshape(Tensor y) {
        Tensor x = y.inputs().getFirst();
        if (recording.variableExtents(y) > 1) {
            throw recording.refuse(y, "expected at most one dimension that follows the batch");
        }
        boolean flattens = y.shape().rank() == 2
                && x.shape().rank() >= 2
                && recording.varies(x, 0)
                && recording.varies(y, 0)
                && recording.variableExtents(x) == 1
                && x.shape().dim(0) == y.shape().dim(0);
        if (flattens) {
            return node(y, "Flatten", number("axis", 1));
        }
        long[] dims = LongStream.range(0, y.shape().rank())
                .map(i -> recording.varies(y, (int) i) ? -1 : y.shape().dim((int) i))
                .toArray();
        return graph.node("Reshape", "", List.of(operands(y).getFirst(), graph.constant(dims)));
    }

    /** Extents of 1 in ONNX's target leave the operand's, so those that follow the batch need not be known. */
    private String broadcast(Tensor y) {
        Tensor x = y.inputs().getFirst();
        int lead = y.shape().rank() - x.shape().rank();
        long[] dims = LongStream.range(0, y.shape().rank())
                .map(i -> recording.varies(y, (int) i) ? 1 : y.shape().dim((int) i))
                .toArray();
        for (int i = 0; i < dims.length; i++) {
            if (recording.varies(y, i) && (i < lead || !recording.varies(x, i - lead))) {
                throw recording.refuse(y, "expected an operand that has the batch already");
            }
        }
        return graph.node("Expand", "", List.of(operands(y).getFirst(), graph.constant(dims)));
    }

    /** All zeros in front come first, then all those behind. */
    private String pad(Tensor y, Pad pad) {
        int rank = y.shape().rank();
        var zeros = new long[2 * rank];
        zeros[pad.axis()] = pad.before();
        zeros[rank + pad.axis()] = pad.after();
        return graph.node("Pad", "", List.of(operands(y).getFirst(), graph.constant(zeros)));
    }
}
