package org.skipjack.interop.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.skipjack.interop.onnx.GraphWriter.number;
import static org.skipjack.interop.onnx.GraphWriter.numbers;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.skipjack.core.Tensor;

/** What is not supported or is hostile, and the one line that says so. */
class RefusedModelsTest {
    private static void requireRefused(ModelProto model, String message) {
        requireRefused(model.toByteArray(), message);
    }

    private static void requireRefused(byte[] model, String message) {
        assertThatThrownBy(() -> OnnxImport.of(model))
                .isInstanceOf(OnnxException.class)
                .hasMessage(message);
    }

    private static Sketch images() {
        return Sketch.of(3, 6, 5);
    }

    /** A model of one rectifier, changed. */
    private static ModelProto changed(Consumer<ModelProto.Builder> change) {
        var model = images().then("Relu").model(4).toBuilder();
        change.accept(model);
        return model.build();
    }

    private static ModelProto graph(Consumer<GraphProto.Builder> change) {
        return changed(model -> change.accept(model.getGraphBuilder()));
    }

    @Test
    void namesTheNodeAndItsOperatorAndWhatIsSupported() {
        var sketch = images().then("Relu");
        requireRefused(
                sketch.then("LRN", number("size", 3)).model(4),
                "model: node LRN \"LRN\": operator \"LRN\" is not supported, supported are Constant, Abs, Add, AveragePool,"
                        + " BatchNormalization, Cast, Clip, Concat, Conv, Div, Dropout, Exp, Flatten, Gemm,"
                        + " GlobalAveragePool, GlobalMaxPool, Identity, Log, LogSoftmax, MatMul, Max, MaxPool, Min, Mul,"
                        + " Neg, Pad, ReduceMax, ReduceMean, ReduceSum, Relu, Reshape, Sigmoid, Slice, Softmax, Sqrt,"
                        + " Squeeze, Sub, Sum, Tanh, Transpose, Unsqueeze");
        requireRefused(
                images().then("MaxPool", numbers("kernel_shape", 2, 2), numbers("dilations", 2, 1))
                        .model(4),
                "model: node MaxPool \"MaxPool\": dilation is 2, supported is 1");
        requireRefused(
                images().then("Relu", number("alpha", 2f)).model(4),
                "model: node Relu \"Relu\": attribute \"alpha\" is not supported here, expected none");
        requireRefused(
                images().then("Softmax", number("axis", 1f)).model(4),
                "model: node Softmax \"Softmax\": attribute axis is of type FLOAT, expected INT");
        requireRefused(
                images().then("Pad", Sketch.text("mode", "reflect")).model(4),
                "model: node Pad \"Pad\": mode is \"reflect\", supported is constant");
    }

    @Test
    void refusesShapesThatDependOnDataOrLoseTheBatch() {
        var computed = images().then("Flatten");
        requireRefused(
                computed.node("Reshape", List.of("x", computed.last())).model(4),
                "model: node Reshape \"Reshape\": operand \"Flatten_output\" is computed, supported here are constants of"
                        + " the model");
        var one = images();
        requireRefused(
                one.then("Reshape", List.of(one.wholes(1, -1))).model(2),
                "model: node Reshape \"Reshape\": target [1, -1] does not keep the batch, expected 0 or -1 in the first"
                        + " place");
        var all = images();
        requireRefused(
                all.then("ReduceMean", List.of(all.wholes(0))).model(4),
                "model: a batch of 2 gives a result of shape [1, 3, 6, 5], expected the batch in front");
        requireRefused(
                Sketch.of(3, "height", 5).then("Relu").model(4),
                "model: input \"x\" leaves dimension 2 open, expected the batch alone to be open; give the extents of an"
                        + " input");
        assertThat(OnnxImport.of(Sketch.of(3, "height", 5).then("Relu").model(4).toByteArray(), 3, 9, 5)
                        .inputShape())
                .containsExactly(3, 9, 5);
        var fits = Sketch.ofBatch(4, 3, 6, 5);
        var module = OnnxImport.of(
                fits.then("Reshape", List.of(fits.wholes(4, -1))).model(2).toByteArray());
        Comparison.requireClose(module.call(Tensor.full(1, 7, 3, 6, 5)).toFloatArray(), ones(7 * 90));
    }

    private static float[] ones(int count) {
        var ones = new float[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    @Test
    void refusesGraphsThatAreNone() {
        requireRefused(new byte[0], "model: has no nodes");
        requireRefused(
                changed(model -> model.setOpsetImport(
                        0, model.getOpsetImport(0).toBuilder().setVersion(3))),
                "model: operator set is 3, supported are 7 to 25");
        requireRefused(graph(graph -> graph.addOutput(graph.getInput(0))), "model: has 2 outputs, expected one");
        requireRefused(graph(graph -> graph.addInput(graph.getOutput(0))), "model: has 2 inputs, expected one");
        requireRefused(
                graph(graph -> graph.addNode(graph.getNode(0))),
                "model: node Relu \"Relu\": two values are named \"y\"");
        requireRefused(
                graph(graph -> graph.getNodeBuilder(0).setInput(0, "nowhere")),
                "model: node Relu \"Relu\": reads \"nowhere\", which is no input, no initialiser and no result of a node"
                        + " before it");
        // Two nodes that read each other.
        requireRefused(
                graph(graph -> {
                    graph.getNodeBuilder(0).setInput(0, "z");
                    graph.addNode(
                            0,
                            NodeProto.newBuilder()
                                    .setOpType("Relu")
                                    .addInput("y")
                                    .addOutput("z"));
                }),
                "model: node Relu \"z\": reads \"y\", which is no input, no initialiser and no result of a node before it");
        requireRefused(
                graph(graph -> graph.setOutput(0, graph.getInput(0).toBuilder().setName("other"))),
                "model: output \"other\" is given by no node");
        requireRefused(
                graph(graph -> {
                    for (int i = 0; i < 10_000; i++) {
                        graph.addNode(NodeProto.newBuilder()
                                .setOpType("Relu")
                                .addInput(i == 0 ? "y" : "r" + (i - 1))
                                .addOutput("r" + i));
                    }
                    graph.getOutputBuilder(0).setName("r9999");
                }),
                "model: has 10001 nodes, expected at most 10000");
    }

    private static ModelProto weight(Consumer<TensorProto.Builder> change) {
        var sketch = images();
        var model = sketch.then("Mul", List.of(sketch.weight(5))).model(4).toBuilder();
        change.accept(model.getGraphBuilder().getInitializerBuilder(0));
        return model.build();
    }

    @Test
    void refusesNumbersThatAreNotThere() {
        requireRefused(
                weight(tensor -> tensor.setDims(0, -5)),
                "model: tensor \"w11\" has an extent of -5, expected 0 to 2147483647");
        requireRefused(
                weight(tensor -> tensor.setDims(0, 1 << 30)),
                "model: tensor \"w11\" has shape [1073741824], 1073741824 elements, and values of 20 of them, expected as many"
                        + " as the shape says");
        requireRefused(
                weight(tensor -> tensor.addDims(1 << 20).addDims(1 << 20)),
                "model: tensor \"w11\" has shape [5, 1048576, 1048576], expected fewer than 2^31 elements");
        requireRefused(
                weight(tensor -> tensor.setDims(0, 4)),
                "model: node Mul \"Mul\": tensor \"w11\" has 20 bytes for its shape [4], expected 16");
        requireRefused(
                weight(tensor -> tensor.setDataType(TensorProto.DataType.STRING.getNumber())),
                "model: node Mul \"Mul\": tensor \"w11\" has type STRING, expected FLOAT, FLOAT16, BFLOAT16 or DOUBLE");
        requireRefused(
                weight(tensor -> tensor.clearRawData()
                        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                        .addExternalData(StringStringEntryProto.newBuilder()
                                .setKey("location")
                                .setValue("../../secret"))),
                "model: tensor \"w11\" is in another file, expected the values in the model itself; save it without external"
                        + " data");
    }

    /** A file may not make memory of small pieces that it repeats. */
    @Test
    void refusesToGrowFarBeyondTheFile() {
        requireRefused(
                ModelProto.newBuilder()
                        .setGraph(GraphProto.newBuilder()
                                .addAllNode(Collections.nCopies(3_000_000, NodeProto.getDefaultInstance())))
                        .build(),
                "model: 6000005 bytes of it are nodes and names rather than numbers; expected at most 4194304");
        var sketch = Sketch.of(1, 1, 1);
        String weight = sketch.weight(4096, 1, 1, 1);
        String statistics = sketch.positive(4096);
        sketch.then("Conv", List.of(weight));
        for (int i = 0; i < 300; i++) {
            sketch.then("BatchNormalization", List.of(statistics, statistics, statistics, statistics));
        }
        requireRefused(
                sketch.model(4),
                "model: node BatchNormalization \"BatchNormalization_39\": needs more memory than several times the model's"
                        + " own size");
    }

    @Test
    void saysWhatIsNoModelInOneSentence() {
        byte[] model = images().then("Relu").model(4).toByteArray();
        requireRefused(
                Arrays.copyOf(model, model.length - 3),
                "model: is no ONNX model (While parsing a protocol message, the input ended unexpectedly in the middle of a"
                        + " field); expected one");
        requireRefused(
                images().then("AveragePool", numbers("kernel_shape", 2, 2), numbers("pads", 0, 0, 2, 0))
                        .model(4),
                "model: node AveragePool \"AveragePool\": pads are 2, expected less than the kernel of 2");
    }

    @Test
    void cutsAndCleansWhatTheFileSays() {
        assertThatThrownBy(() -> OnnxImport.of(
                        graph(graph -> graph.getNodeBuilder(0).setOpType("A\nB").setName("n".repeat(1000)))
                                .toByteArray()))
                .isInstanceOf(OnnxException.class)
                .hasMessageStartingWith(
                        "model: node A?B \"" + "n".repeat(80) + "...\": operator \"A?B\" is not supported");
    }
}
