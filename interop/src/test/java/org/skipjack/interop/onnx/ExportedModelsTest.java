package org.skipjack.interop.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.skipjack.nn.Init;
import org.skipjack.nn.Module;
import org.skipjack.nn.models.LeNetBn;
import org.skipjack.nn.models.Models;
import org.skipjack.nn.models.PreactResNet18;
import org.skipjack.nn.models.ResNet;
import org.skipjack.nn.models.ResNet18;

/** Every net that Skipjack brings along, exported and run by ONNX Runtime; the residual ones with fewer channels. */
class ExportedModelsTest {
    private static final int CLASSES = 10;

    static List<Module> tutorialNets() {
        return List.of(
                Models.find("lenet").create(1, CLASSES, Init.generator(7)),
                Models.find("lenet-bn").create(1, CLASSES, Init.generator(7)),
                Models.find("lenet-bn-scratch").create(1, CLASSES, Init.generator(7)),
                new ResNet18(1, CLASSES, 8, Init.generator(7)),
                new PreactResNet18(1, CLASSES, 8, Init.generator(7)));
    }

    @ParameterizedTest
    @MethodSource("tutorialNets")
    void computesTheSameLogitsInOnnxRuntime(Module net) throws InvalidProtocolBufferException {
        requireEqual(net, 1, 28, 28);
    }

    @ParameterizedTest
    @EnumSource
    void computesTheSameLogitsHoweverDeepTheNet(ResNet.Depth depth) throws InvalidProtocolBufferException {
        var options = ResNet.layers(depth).width(4).classes(CLASSES);
        requireEqual(new ResNet(options, Init.generator(7)), 3, 40, 33);
    }

    private static void requireEqual(Module net, int... image) throws InvalidProtocolBufferException {
        Comparison.stirred(net);
        for (boolean fold : new boolean[] {true, false}) {
            byte[] model = OnnxExport.bytes(net, OnnxExport.options().foldBatchNorm(fold), image);
            for (int batch : new int[] {1, 3}) {
                Comparison.requireEqual(model, net, batch, image[0], image[1], image[2]);
            }
            requireNames(ModelProto.parseFrom(model).getGraph(), net, fold);
        }
    }

    /** A net keeps its names; where batch norms are folded, a layer without a bias gets one. */
    private static void requireNames(GraphProto graph, Module net, boolean folded) {
        List<String> found =
                graph.getInitializerList().stream().map(TensorProto::getName).toList();
        Set<String> state = net.stateDict().keySet();
        assertThat(found).allMatch(name -> state.contains(name) || (folded && name.endsWith(".bias")));
        boolean fromScratch = state.stream().anyMatch(name -> name.endsWith("moving_mean"));
        if (!folded && !fromScratch) {
            assertThat(found)
                    .containsExactlyInAnyOrderElementsOf(state.stream()
                            .filter(name -> !name.endsWith("num_batches_tracked"))
                            .toList());
        }
    }

    @Test
    void namesModelInputOutputAndProducer() throws InvalidProtocolBufferException {
        var net = Comparison.stirred(new LeNetBn(1, CLASSES, Init.generator(0)));
        var options = OnnxExport.options().names("x", "y").metadata(Map.of("labels", "a b c"));
        var model = ModelProto.parseFrom(OnnxExport.bytes(net, options, 1, 28, 28));
        assertThat(model.getProducerName()).isEqualTo("skipjack");
        assertThat(model.getProducerVersion()).isNotEmpty();
        assertThat(model.getOpsetImport(0).getVersion()).isEqualTo(18);
        assertThat(model.getDocString()).isEqualTo("LeNetBn in evaluation mode, one input is 1x28x28");
        assertThat(model.getMetadataProps(0).getKey()).isEqualTo("labels");
        assertThat(model.getGraph().getName()).isEqualTo("LeNetBn");
        assertThat(model.getGraph().getInput(0).getName()).isEqualTo("x");
        assertThat(model.getGraph().getOutput(0).getName()).isEqualTo("y");
        var shape = model.getGraph().getInput(0).getType().getTensorType().getShape();
        assertThat(shape.getDim(0).getDimParam()).isEqualTo("batch");
        assertThat(shape.getDim(3).getDimValue()).isEqualTo(28);
        assertThat(model.getGraph().getNodeList().stream().map(NodeProto::getOpType))
                .containsExactly(
                        "Conv",
                        "Sigmoid",
                        "AveragePool",
                        "Conv",
                        "Sigmoid",
                        "AveragePool",
                        "Flatten",
                        "Gemm",
                        "Sigmoid",
                        "Gemm",
                        "Sigmoid",
                        "Gemm");
        assertThat(model.getGraph().getNode(0).getName()).isEqualTo("0/Conv");
    }
}
