package org.skipjack.benchmarks;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.skipjack.core.Variable;

/**
 * A problem's net in evaluation mode as an ONNX model, from {@code images} to {@code logits}; written layer by layer after
 * <a href="https://onnx.ai/onnx/operators/">ONNX's operators</a>.
 */
final class OnnxModel {
    static final String IMAGES = "images";
    static final String LOGITS = "logits";

    /** Knows all operators below in the form they have here; its models are of IR version 7. */
    private static final int OPERATOR_SET = 13;

    private static final int IR_VERSION = 7;

    private final Problem problem;
    private final Map<String, Variable> shapes;
    private final GraphProto.Builder graph = GraphProto.newBuilder();
    private int values;

    private OnnxModel(Problem problem) {
        this.problem = problem;
        shapes = problem.net().create(new SplittableRandom(0)).stateDict();
    }

    /** The model as the contents of a file. */
    static byte[] of(Problem problem) {
        var model = new OnnxModel(problem);
        model.build();
        return ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPERATOR_SET))
                .setGraph(model.graph)
                .build()
                .toByteArray();
    }

    private void build() {
        graph.setName(problem.net().id());
        graph.addInput(value(IMAGES, problem.batch(), 1, problem.size(), problem.size()));
        graph.addOutput(value(LOGITS, problem.batch(), Net.CLASSES));
        String logits = switch (problem.net()) {
            case LENET_BN -> lenetBn();
            case RESNET18 -> resnet18();
        };
        graph.addNode(
                NodeProto.newBuilder().setOpType("Identity").addInput(logits).addOutput(LOGITS));
    }

    private String lenetBn() {
        String x = IMAGES;
        for (String layer : List.of("0", "4")) {
            String norm = Integer.toString(Integer.parseInt(layer) + 1);
            x = node("Sigmoid", List.of(batchNorm(norm, convolution(layer, x, 1, 0))));
            x = node("AveragePool", List.of(x), ints("kernel_shape", 2, 2), ints("strides", 2, 2));
        }
        x = node("Flatten", List.of(x));
        x = node("Sigmoid", List.of(batchNorm("10", linear("9", x))));
        x = node("Sigmoid", List.of(batchNorm("13", linear("12", x))));
        return linear("15", x);
    }

    private String resnet18() {
        String x = relu(batchNorm("0.1", convolution("0.0", IMAGES, 2, 3)));
        x = node("MaxPool", List.of(x), ints("kernel_shape", 3, 3), ints("strides", 2, 2), ints("pads", 1, 1, 1, 1));
        for (int stage = 1; stage <= 4; stage++) {
            for (int block = 0; block < 2; block++) {
                x = residual(stage + "." + block + ".", x);
            }
        }
        return linear("7", node("Flatten", List.of(node("GlobalAveragePool", List.of(x)))));
    }

    private String residual(String path, String x) {
        boolean halves = shapes.containsKey(path + "conv3.weight");
        int stride = halves ? 2 : 1;
        String y = relu(batchNorm(path + "bn1", convolution(path + "conv1", x, stride, 1)));
        y = batchNorm(path + "bn2", convolution(path + "conv2", y, 1, 1));
        String shortcut = halves ? convolution(path + "conv3", x, stride, 0) : x;
        return relu(node("Add", List.of(y, shortcut)));
    }

    private String convolution(String layer, String x, int stride, int padding) {
        return node(
                "Conv",
                List.of(x, weight(layer + ".weight"), weight(layer + ".bias")),
                ints("strides", stride, stride),
                ints("pads", padding, padding, padding, padding));
    }

    /** ONNX's epsilon is PyTorch's unless told otherwise, 1e-5. */
    private String batchNorm(String layer, String x) {
        return node(
                "BatchNormalization",
                List.of(
                        x,
                        weight(layer + ".weight"),
                        weight(layer + ".bias"),
                        weight(layer + ".running_mean"),
                        weight(layer + ".running_var")));
    }

    private String linear(String layer, String x) {
        var transposed = AttributeProto.newBuilder()
                .setName("transB")
                .setType(AttributeProto.AttributeType.INT)
                .setI(1)
                .build();
        return node("Gemm", List.of(x, weight(layer + ".weight"), weight(layer + ".bias")), transposed);
    }

    private String relu(String x) {
        return node("Relu", List.of(x));
    }

    /** Adds an operation and returns the name of its value. */
    private String node(String operator, List<String> inputs, AttributeProto... attributes) {
        String output = "value" + values++;
        graph.addNode(NodeProto.newBuilder()
                .setOpType(operator)
                .addAllInput(inputs)
                .addAllAttribute(Arrays.asList(attributes))
                .addOutput(output));
        return output;
    }

    private static AttributeProto ints(String name, long... numbers) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INTS)
                .addAllInts(Arrays.stream(numbers).boxed().toList())
                .build();
    }

    /** Adds a tensor of the problem's state, in the shape that Skipjack's has, and returns its name. */
    private String weight(String name) {
        float[] numbers = Objects.requireNonNull(problem.state().get(name), name);
        var bytes = ByteBuffer.allocate(numbers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(numbers);
        var tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.FLOAT.getNumber())
                .setRawData(ByteString.copyFrom(bytes));
        for (int extent : Objects.requireNonNull(shapes.get(name), name).shape().dims()) {
            tensor.addDims(extent);
        }
        graph.addInitializer(tensor);
        return name;
    }

    private static ValueInfoProto value(String name, long... extents) {
        var shape = TensorShapeProto.newBuilder();
        for (long extent : extents) {
            shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(extent));
        }
        var type = TypeProto.Tensor.newBuilder()
                .setElemType(TensorProto.DataType.FLOAT.getNumber())
                .setShape(shape);
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(type))
                .build();
    }
}
