package org.skipjack.nn.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skipjack.core.ShapeMismatchException;
import org.skipjack.core.Tensor;
import org.skipjack.nn.CrossEntropyLoss;
import org.skipjack.nn.Fixtures;
import org.skipjack.nn.Init;
import org.skipjack.nn.Module;
import org.skipjack.nn.Summary;

/** Residual nets found by name: shapes, sizes, names, initial values, and what they say of images that do not fit. */
class ResNetsTest {
    private static Module narrow() {
        return new ResNet18(1, 10, 4, Init.generator(0));
    }

    private static Tensor images(int... shape) {
        return Tensor.full(0, shape);
    }

    @Test
    void resnet18IsTheTutorials() {
        ModelProvider provider = Models.find("resnet18");
        assertThat(provider.defaults()).isEqualTo(new TrainingDefaults(0.05f, 256, 10, 96));
        Module net = provider.create(1, 10, Init.generator(0));
        assertThat(net.parameterCount()).isEqualTo(11_178_378);
        var summary = Summary.of(net, 1, 1, 224, 224);
        assertThat(summary.layers().stream()
                        .filter(l -> l.depth() == 1)
                        .map(l -> l.output().toString()))
                .containsExactly(
                        "[1, 64, 56, 56]",
                        "[1, 64, 56, 56]",
                        "[1, 128, 28, 28]",
                        "[1, 256, 14, 14]",
                        "[1, 512, 7, 7]",
                        "[1, 512, 1, 1]",
                        "[1, 512]",
                        "[1, 10]");
        // Xavier's bound for 512 -> 10 is √(6 / 522) = 0.107, beyond the layer's own 1/√512 = 0.044.
        float max = 0;
        for (float weight : net.stateDict().get("7.weight").toFloatArray()) {
            max = Math.max(max, Math.abs(weight));
        }
        assertThat(max).isBetween(0.10f, 0.108f);
    }

    @ParameterizedTest
    @CsvSource({"resnet18", "resnet18-preact", "resnet18-tv"})
    void takeOtherChannelsAndClasses(String name) {
        Module net = Models.find(name).create(3, 5, Init.generator(0));
        assertThat(net.forward(images(2, 3, 33, 40)).shape().dims()).containsExactly(2, 5);
    }

    @ParameterizedTest
    @CsvSource({"LAYERS_18, 11689512", "LAYERS_34, 21797672", "LAYERS_50, 25557032", "LAYERS_101, 0", "LAYERS_152, 0"})
    void haveTorchvisionsNamesAndShapes(ResNet.Depth depth, long parameters) throws IOException {
        String name = depth.name().replace("LAYERS_", "resnet") + "-tv";
        // The deepest are compared a sixteenth as wide: the names and ratios are the same, the memory is not.
        int width = parameters == 0 ? 4 : 64;
        Module net = new ResNet(ResNet.layers(depth).width(width), Init.generator(0));
        var found = new ArrayList<String>();
        net.stateDict().forEach((key, value) -> found.add(key + " " + value.shape()));
        List<String> expected = torchvision(name, 64 / width);
        assertThat(found).containsExactlyElementsOf(expected);
        if (parameters > 0) {
            assertThat(net.parameterCount()).isEqualTo(parameters);
        }
    }

    /** The lines of a net, in which every extent that the width sets is divided by a number. */
    private static List<String> torchvision(String name, int narrower) throws IOException {
        List<String> lines = Files.readAllLines(Fixtures.file("torchvision_resnets.txt"));
        var found = new ArrayList<String>();
        boolean inside = false;
        for (String line : lines) {
            if (line.startsWith("resnet")) {
                inside = line.startsWith(name + " ");
            } else if (inside) {
                found.add(narrower == 1 ? line : divided(line, narrower));
            }
        }
        return found;
    }

    private static String divided(String line, int by) {
        int open = line.indexOf('[');
        var dims = new ArrayList<String>();
        for (String dim : line.substring(open + 1, line.length() - 1).split(", ", -1)) {
            boolean channels = !dim.isEmpty() && Integer.parseInt(dim) >= 64 && !dim.equals("1000");
            dims.add(channels ? Integer.toString(Integer.parseInt(dim) / by) : dim);
        }
        return line.substring(0, open) + "[" + String.join(", ", dims) + "]";
    }

    @ParameterizedTest
    @CsvSource({"34", "50", "101", "152"})
    void areFoundByName(int layers) {
        ModelProvider provider = Models.find("resnet" + layers + "-tv");
        assertThat(provider.description()).isEqualTo("ResNet-" + layers + " with torchvision's names and layers");
        assertThat(provider.defaults().resize()).isEqualTo(96);
    }

    @Test
    void torchvisionsStartNormalByFanOutAndAreTheSameFromTheSameSeed() {
        var options = ResNet.layers(ResNet.Depth.LAYERS_18).channels(1).classes(10);
        Module net = new ResNet(options, Init.generator(3));
        float[] weight = net.stateDict().get("layer3.1.conv2.weight").toFloatArray();
        double squares = 0;
        for (float w : weight) {
            squares += w * w;
        }
        // Deviation √(2 / (256·9)) = 0.02946; 589,824 draws put it within 0.1 % (one standard deviation).
        assertThat(Math.sqrt(squares / weight.length)).isBetween(0.0293, 0.0296);
        assertThat(net.stateDict().get("layer3.1.bn2.weight").toFloatArray()).containsOnly(1);
        Module again = new ResNet(options.zeroInitResidual(true), Init.generator(3));
        assertThat(again.stateDict().get("fc.weight").toFloatArray())
                .isEqualTo(net.stateDict().get("fc.weight").toFloatArray());
        assertThat(again.stateDict().get("layer3.1.bn2.weight").toFloatArray()).containsOnly(0);
        again.reset(Init.generator(4));
        assertThat(again.stateDict().get("layer1.0.bn2.weight").toFloatArray()).containsOnly(0);
        assertThat(again.stateDict().get("layer1.0.bn1.weight").toFloatArray()).containsOnly(1);
    }

    @Test
    void saysTheSmallestImageThatWorks() {
        assertThatThrownBy(() -> narrow().call(images(1, 1, 32, 32)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage(
                        "[batchNorm] at 4.0.bn1: input [1, 1, 32, 32] is too small for the model's strides: a batch of 1"
                                + " leaves training one value per channel here; the smallest image that works is 33x33; or give at"
                                + " least 2 images a batch, or call eval()");
        assertThat(narrow().call(images(1, 1, 33, 33)).shape().dims()).containsExactly(1, 10);
        assertThat(narrow().call(images(2, 1, 28, 28)).shape().dims()).containsExactly(2, 10);
        assertThat(narrow().eval().call(images(1, 1, 1, 1)).shape().dims()).containsExactly(1, 10);
        assertThatThrownBy(() -> narrow().call(images(2, 1, 0, 5)))
                .hasMessage(
                        "[conv2d] at 0.0: input [2, 1, 0, 5] is too small for the model's strides; the smallest image"
                                + " that works is 1x1");
    }

    @Test
    void saysWhichChannelsTheModelTakes() {
        assertThatThrownBy(() -> narrow().call(images(2, 3, 64, 64)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage(
                        "[conv2d] at 0.0: input has 3 channels, weight expects 1; input [2, 3, 64, 64], weight [4, 1, 7,"
                                + " 7]; create the model for 3 channels or give it images of 1");
        var torchvision = new ResNet(ResNet.layers(ResNet.Depth.LAYERS_50).width(4), Init.generator(0));
        assertThatThrownBy(() -> torchvision.call(images(2, 1, 64, 64)))
                .hasMessageStartingWith("[conv2d] at conv1: input has 1 channel, weight expects 3");
        assertThatThrownBy(() -> narrow().call(images(64, 64)))
                .hasMessageStartingWith("[conv2d] at 0.0: input must have rank 4");
    }

    @Test
    void saysWhichHeadALabelIsOutsideOf() {
        Tensor logits = narrow().call(images(4, 1, 64, 64));
        Tensor labels = Tensor.ofInts(new int[] {0, 9, 1, 12}, 4);
        assertThatThrownBy(() -> new CrossEntropyLoss().forward(logits, labels))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "[crossEntropy] at 7: label 12 of example 3 is outside 0..9; logits [4, 10], weight [10, 32];"
                                + " create the model for at least 13 classes or correct the label");
        Tensor negative = Tensor.ofInts(new int[] {0, -1, 1, 2}, 4);
        assertThatThrownBy(() -> new CrossEntropyLoss().forward(logits, negative))
                .hasMessageEndingWith("; correct the label, or name it with ignoreIndex");
    }
}
