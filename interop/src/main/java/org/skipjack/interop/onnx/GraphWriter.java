package org.skipjack.interop.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.skipjack.core.Shape;

/**
 * The graph of a model that grows node by node. State goes to initialisers under its own name, everything else that is the
 * same for all inputs to nodes of the kind Constant, so that a reader can tell what is learnt.
 */
final class GraphWriter {
    /** What a protobuf message, and so a model in one file, may take; some is left for everything but the values. */
    static final long MOST_VALUE_BYTES = Integer.MAX_VALUE - (64L << 20);

    private final String model;
    private final long mostValueBytes;
    private final GraphProto.Builder graph;
    private final Set<String> names = new HashSet<>();
    private long valueBytes;

    GraphWriter(String model, long mostValueBytes) {
        this.model = model;
        this.mostValueBytes = mostValueBytes;
        this.graph = GraphProto.newBuilder().setName(model);
    }

    /** The graph so far. */
    GraphProto build() {
        return graph.build();
    }

    /** Declares what goes in or comes out; a name in place of an extent leaves it open. */
    static ValueInfoProto value(String name, List<?> extents) {
        var shape = TensorShapeProto.newBuilder();
        for (Object extent : extents) {
            var dimension = TensorShapeProto.Dimension.newBuilder();
            shape.addDim(
                    extent instanceof Integer known
                            ? dimension.setDimValue(known)
                            : dimension.setDimParam(extent.toString()));
        }
        var type = TypeProto.Tensor.newBuilder()
                .setElemType(TensorProto.DataType.FLOAT.getNumber())
                .setShape(shape);
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(type))
                .build();
    }

    void input(ValueInfoProto value) {
        names.add(value.getName());
        graph.addInput(value);
    }

    void output(ValueInfoProto value) {
        names.add(value.getName());
        graph.addOutput(value);
    }

    /**
     * Adds a node and returns the name of its result.
     *
     * @param layer path of the layer that it belongs to, after which it is named; empty if it has none
     */
    String node(String opType, String layer, List<String> inputs, AttributeProto... attributes) {
        String name = unique(layer.isEmpty() ? opType : layer + "/" + opType);
        String output = unique(name + "_output");
        graph.addNode(NodeProto.newBuilder()
                .setName(name)
                .setOpType(opType)
                .addAllInput(inputs)
                .addAllAttribute(Arrays.asList(attributes))
                .addOutput(output));
        return output;
    }

    /** Gives a value the name that the model's output has. */
    void result(String value, String output) {
        int last = graph.getNodeCount() - 1;
        if (last >= 0 && graph.getNode(last).getOutput(0).equals(value)) {
            graph.getNodeBuilder(last).setOutput(0, output);
        } else {
            graph.addNode(NodeProto.newBuilder()
                    .setName(unique("Identity"))
                    .setOpType("Identity")
                    .addInput(value)
                    .addOutput(output));
        }
    }

    private String unique(String wanted) {
        String name = wanted;
        for (int i = 1; !names.add(name); i++) {
            name = wanted + "_" + i;
        }
        return name;
    }

    /** Adds state under its own name, or one made from it if that is taken; gives the name. */
    String initializer(String wanted, Shape shape, float[] values) {
        String name = unique(wanted);
        graph.addInitializer(floats(shape, values).setName(name));
        return name;
    }

    /** Adds values that are no state. */
    String constant(Shape shape, float[] values) {
        return constant(floats(shape, values).build());
    }

    /** Adds a list of whole numbers, such as axes. */
    String constant(long... numbers) {
        var tensor = TensorProto.newBuilder()
                .setDataType(TensorProto.DataType.INT64.getNumber())
                .addDims(numbers.length);
        Arrays.stream(numbers).forEach(tensor::addInt64Data);
        return constant(tensor.build());
    }

    private String constant(TensorProto tensor) {
        return node(
                "Constant",
                "",
                List.of(),
                AttributeProto.newBuilder()
                        .setName("value")
                        .setType(AttributeType.TENSOR)
                        .setT(tensor)
                        .build());
    }

    private TensorProto.Builder floats(Shape shape, float[] values) {
        valueBytes += (long) Float.BYTES * values.length;
        if (valueBytes > mostValueBytes) {
            throw new OnnxException(
                    model,
                    "its values take more than " + mostValueBytes + " bytes",
                    "expected a model of at most 2 GB, which is what one ONNX file can hold");
        }
        var bytes = ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        var tensor = TensorProto.newBuilder()
                .setDataType(TensorProto.DataType.FLOAT.getNumber())
                .setRawData(UnsafeByteOperations.unsafeWrap(bytes));
        for (int extent : shape.dims()) {
            tensor.addDims(extent);
        }
        return tensor;
    }

    static AttributeProto number(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.INT)
                .setI(value)
                .build();
    }

    static AttributeProto number(String name, float value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.FLOAT)
                .setF(value)
                .build();
    }

    static AttributeProto numbers(String name, long... values) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.INTS)
                .addAllInts(Arrays.stream(values).boxed().toList())
                .build();
    }
}
