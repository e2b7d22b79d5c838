package org.skipjack.interop.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Scanner;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.skipjack.core.ShapeMismatchException;
import org.skipjack.core.Tensor;
import org.skipjack.nn.CrossEntropyLoss;
import org.skipjack.nn.Init;
import org.skipjack.nn.Module;
import org.skipjack.nn.Sgd;
import org.skipjack.nn.models.LeNetBn;
import org.skipjack.nn.models.Models;
import org.skipjack.nn.models.PreactResNet18;
import org.skipjack.nn.models.ResNet;
import org.skipjack.nn.models.ResNet18;

/** Nets that come back from ONNX, ours and PyTorch's. */
class ImportedModelsTest {
    private static final int CLASSES = 10;

    static List<Module> nets() {
        return List.of(
                Models.find("lenet").create(1, CLASSES, Init.generator(3)),
                new LeNetBn(1, CLASSES, Init.generator(3)),
                Models.find("lenet-bn-scratch").create(1, CLASSES, Init.generator(3)),
                new ResNet18(1, CLASSES, 4, Init.generator(3)),
                new PreactResNet18(1, CLASSES, 4, Init.generator(3)),
                new ResNet(
                        ResNet.layers(ResNet.Depth.LAYERS_50)
                                .channels(1)
                                .classes(CLASSES)
                                .width(4),
                        Init.generator(3)));
    }

    private static OnnxModule imported(Module net, boolean fold) {
        return OnnxImport.of(OnnxExport.bytes(net, OnnxExport.options().foldBatchNorm(fold), 1, 28, 28));
    }

    @ParameterizedTest
    @MethodSource("nets")
    void ourOwnNetsComeBackWithTheirLogits(Module net) {
        Comparison.stirred(net);
        Tensor images = Tensor.of(Comparison.numbers(5, 3, 1, 28, 28), 3, 1, 28, 28);
        float[] logits = net.call(images).toFloatArray();
        for (boolean fold : new boolean[] {true, false}) {
            Comparison.requireClose(imported(net, fold).call(images).toFloatArray(), logits);
        }
    }

    /** With batch norms kept, even the state is the same: a checkpoint of one fits the other. */
    @ParameterizedTest
    @MethodSource("nets")
    void ourOwnNetsComeBackWithTheirState(Module net) {
        Comparison.stirred(net);
        boolean fromScratch = net.stateDict().keySet().stream().anyMatch(name -> name.endsWith("moving_mean"));
        OnnxModule back = imported(net, false);
        if (!fromScratch) {
            assertThat(back.stateDict().keySet())
                    .containsExactlyInAnyOrderElementsOf(net.stateDict().keySet());
            back.loadStateDict(net.stateDict());
            net.loadStateDict(back.stateDict());
        }
    }

    /** Three steps of both, from the same weights, with the same batch: losses, weights and running statistics agree. */
    @Test
    void aNetThatCameBackIsTrainedOnAsTheOriginalIs() {
        var original = Comparison.stirred(new LeNetBn(1, CLASSES, Init.generator(4)));
        OnnxModule back = imported(original, false);
        Tensor images = Tensor.of(Comparison.numbers(6, 16, 1, 28, 28), 16, 1, 28, 28);
        Tensor labels =
                Tensor.ofInts(IntStream.range(0, 16).map(i -> i % CLASSES).toArray(), 16);

        float[] losses = losses(original, images, labels);
        float[] again = losses(back, images, labels);

        assertThat(again[2]).isLessThan(again[0]);
        Comparison.requireClose(again, losses);
        original.stateDict().forEach((name, variable) -> {
            // The counter of a net that came back starts anew.
            if (!name.endsWith("num_batches_tracked")) {
                Comparison.requireClose(
                        Objects.requireNonNull(back.stateDict().get(name)).toFloatArray(), variable.toFloatArray());
            }
        });
        assertThat(back.stateDict().get("1.num_batches_tracked").item()).isEqualTo(3);
        assertThatThrownBy(() -> back.train().call(Tensor.full(0, 1, 1, 28, 28)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessageContaining("[batchNorm] at 10/BatchNormalization: expected more than 1 value");
    }

    private static float[] losses(Module net, Tensor images, Tensor labels) {
        net.train();
        var optimizer = new Sgd(net.parameters(), 0.1f);
        var losses = new float[3];
        for (int i = 0; i < losses.length; i++) {
            Tensor loss = new CrossEntropyLoss().forward(net.call(images), labels);
            optimizer.minimize(loss);
            losses[i] = loss.item();
        }
        return losses;
    }

    @ParameterizedTest
    @ValueSource(strings = {"torch_lenet_bn", "torch_lenet_bn_old", "torch_resnet", "torch_resnet_kept"})
    void modelsOfPyTorchGiveItsLogits(String name) throws IOException {
        OnnxModule net = OnnxImport.of(resource(name + ".onnx"));
        int[] image = net.inputShape();
        var pixels = new float[3 * image[0] * image[1] * image[2]];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) (37L * i % 101 / 50.0 - 1);
        }
        Tensor logits = net.call(Tensor.of(pixels, 3, image[0], image[1], image[2]));
        var text = new Scanner(new String(resource(name + ".txt"), StandardCharsets.US_ASCII));
        var numbers = new float[logits.shape().elements()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = Float.parseFloat(text.next());
        }
        assertThat(text.hasNext()).isFalse();
        Comparison.requireClose(logits.toFloatArray(), numbers);
    }

    private static byte[] resource(String name) throws IOException {
        try (var in = ImportedModelsTest.class.getResourceAsStream(name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }

    /** PyTorch's names are the module's, so a file of weights for the one fits the other. */
    @Test
    void aModelOfPyTorchKeepsItsNamesAndModes() throws IOException {
        OnnxModule net = OnnxImport.of(resource("torch_resnet_kept.onnx"));
        assertThat(net.stateDict().keySet())
                .contains(
                        "conv1.weight",
                        "bn1.running_var",
                        "layer2.0.downsample.1.num_batches_tracked",
                        "layer2.0.conv2.weight",
                        "fc.bias");
        Tensor images = Tensor.of(Comparison.numbers(8, 4, 3, 24, 24), 4, 3, 24, 24);
        float[] evaluated = net.eval().call(images).toFloatArray();
        assertThat(net.train().call(images).toFloatArray()).isNotEqualTo(evaluated);
        assertThat(net.eval().call(images).toFloatArray()).isNotEqualTo(evaluated);
    }

    @Test
    void readsAFileWithWhatIsWrittenInIt(@TempDir Path folder) throws IOException {
        var net = Comparison.stirred(new LeNetBn(1, CLASSES, Init.generator(0)));
        Path file = folder.resolve("net.onnx");
        OnnxExport.write(file, net, OnnxExport.options().metadata(Map.of("classes", "a,b")), 1, 28, 28);
        OnnxModule back = OnnxImport.read(file);
        assertThat(back.metadata()).containsEntry("classes", "a,b");
        assertThat(back.inputShape()).containsExactly(1, 28, 28);
        assertThatThrownBy(() -> back.call(Tensor.full(0, 2, 1, 27, 28)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("[onnx]: input has shape [2, 1, 27, 28], the model expects [N, 1, 28, 28]");
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 1000));
        assertThatThrownBy(() -> OnnxImport.read(file))
                .isInstanceOf(OnnxException.class)
                .hasMessageStartingWith(file + ": is no ONNX model (");
        assertThatThrownBy(() -> OnnxImport.read(folder.resolve("absent.onnx")))
                .isInstanceOf(OnnxException.class)
                .hasMessage(folder.resolve("absent.onnx")
                        + ": cannot be read (no such file or folder); expected an ONNX model");
    }
}
