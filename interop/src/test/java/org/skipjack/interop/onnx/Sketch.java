package org.skipjack.interop.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.skipjack.core.Shape;

/** A model of a few nodes, from {@code x} to {@code y}, made by hand. */
final class Sketch {
    private final GraphWriter graph = new GraphWriter("sketch", 1 << 20);
    private long seed = 11;
    private String last = "x";
    private int operatorSet = 18;

    /** With an input of those extents behind the batch. */
    static Sketch of(Object... extents) {
        var sketch = new Sketch();
        var all = new ArrayList<Object>(List.of("N"));
        all.addAll(Arrays.asList(extents));
        sketch.graph.input(GraphWriter.value("x", all));
        return sketch;
    }

    /** With an input of a fixed batch. */
    static Sketch ofBatch(Object... extents) {
        var sketch = new Sketch();
        sketch.graph.input(GraphWriter.value("x", Arrays.asList(extents)));
        return sketch;
    }

    Sketch operatorSet(int version) {
        operatorSet = version;
        return this;
    }

    /** An initialiser of normal numbers; gives its name. */
    String weight(int... shape) {
        return graph.initializer("w" + seed, Shape.of(shape), Comparison.numbers(seed++, shape));
    }

    /** An initialiser of positive numbers. */
    String positive(int... shape) {
        float[] numbers = Comparison.numbers(seed, shape);
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = 0.5f + Math.abs(numbers[i]);
        }
        return graph.initializer("p" + seed++, Shape.of(shape), numbers);
    }

    String wholes(long... numbers) {
        return graph.constant(numbers);
    }

    String number(float value) {
        return graph.constant(Shape.scalar(), new float[] {value});
    }

    /** Adds a node on the last value and those of these names. */
    Sketch then(String opType, List<String> more, AttributeProto... attributes) {
        var inputs = new ArrayList<>(List.of(last));
        inputs.addAll(more);
        return node(opType, inputs, attributes);
    }

    Sketch then(String opType, AttributeProto... attributes) {
        return then(opType, List.of(), attributes);
    }

    /** Adds a node on values of these names. */
    Sketch node(String opType, List<String> inputs, AttributeProto... attributes) {
        last = graph.node(opType, "", inputs, attributes);
        return this;
    }

    /** Name of the last value. */
    String last() {
        return last;
    }

    static AttributeProto text(String name, String value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.STRING)
                .setS(ByteString.copyFromUtf8(value))
                .build();
    }

    /** The model, whose output has that many dimensions. */
    ModelProto model(int rank) {
        graph.result(last, "y");
        graph.output(GraphWriter.value("y", List.of("N", "a", "b", "c", "d").subList(0, rank)));
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(operatorSet))
                .setGraph(graph.build())
                .build();
    }
}
