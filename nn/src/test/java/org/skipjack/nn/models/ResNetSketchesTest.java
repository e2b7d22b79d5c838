package org.skipjack.nn.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skipjack.core.Device;
import org.skipjack.core.Evaluation;
import org.skipjack.core.Gradients;
import org.skipjack.core.Parameter;
import org.skipjack.core.Tensor;
import org.skipjack.nn.AdaptiveAvgPool2d;
import org.skipjack.nn.CrossEntropyLoss;
import org.skipjack.nn.Fixtures;
import org.skipjack.nn.Flatten;
import org.skipjack.nn.Init;
import org.skipjack.nn.Linear;
import org.skipjack.nn.Module;
import org.skipjack.nn.Sequential;

/** Logits and all gradients of whole nets with hashed weights: PyTorch's and torchvision's, by norms and sketches. */
class ResNetSketchesTest {
    private static final Fixtures NETS = Fixtures.load("resnet_sketches");

    /** Below this norm a gradient is zero but for rounding: a bias in front of a batch norm. */
    private static final double ZERO = 1e-9;

    private static Module net(String name, int channels) {
        return switch (name) {
            case "bottleneck" ->
                new Sequential(
                        new Bottleneck(channels, 4, 2),
                        new AdaptiveAvgPool2d(1),
                        new Flatten(),
                        new Linear(4 * Bottleneck.EXPANSION, 10));
            case "resnet18-preact" -> new PreactResNet18(channels, 10, 8, Init.generator(0));
            default -> Models.find(name).create(channels, 10, Init.generator(0));
        };
    }

    /**
     * How far a gradient may be off: 2e-6, or three times what PyTorch's float32 is at most where that is more. A kernel
     * that adds the 4608 products of a 3x3 convolution of 512 channels one by one is 6e-7 off, PyTorch's 2e-7.
     */
    private static double tolerance(String name, Device device) {
        if (device == Device.reference()) {
            // Double precision, rounded once.
            return 2e-7;
        }
        return Math.max(
                2e-6, 3 * Arrays.stream(NETS.values(name + "/distances")).max().orElseThrow());
    }

    @ParameterizedTest
    @CsvSource({
        "resnet18, cpu",
        "resnet18-preact, cpu",
        "resnet18-preact, reference",
        "resnet18-tv, cpu",
        "bottleneck, cpu",
        "bottleneck, reference"
    })
    void haveTheLogitsAndGradientsOfPyTorch(String name, String where) {
        Device device = where.equals("cpu") ? Device.cpu() : Device.reference();
        int seed = NETS.integers(name, "seed")[0];
        int[] shape = NETS.integers(name, "shape");
        Module net = net(name, shape[1]).to(device);
        HashedValues.fill(net, seed);
        Tensor logits = net.call(HashedValues.images(seed, 0, shape));
        Tensor loss = new CrossEntropyLoss().forward(logits, HashedValues.labels(shape[0]));
        List<Tensor> gradients = Gradients.of(loss, net.parameters());
        var all = new ArrayList<>(gradients);
        all.add(logits);
        Evaluation.evaluate(all);

        double[] expected = NETS.values(name + "/logits64");
        double off = GradientNorms.distance(logits.toFloatArray(), expected) / GradientNorms.norm(expected);
        assertThat(off).as("logits").isLessThan(1e-5);
        compare(name, net.parameters(), gradients, tolerance(name, device));
    }

    private static void compare(String name, List<Parameter> parameters, List<Tensor> gradients, double tolerance) {
        int seed = NETS.integers(name, "seed")[0];
        double[] norms = NETS.values(name + "/norms64");
        double[] sketches = NETS.values(name + "/sketches64");
        assertThat(gradients).hasSameSizeAs(norms);
        for (int p = 0; p < norms.length; p++) {
            double[] found = HashedValues.sketch(seed, p, gradients.get(p).toFloatArray());
            double squares = 0;
            for (int k = 0; k < found.length; k++) {
                double difference = found[k] - sketches[p * found.length + k];
                squares += difference * difference;
            }
            // The gradient of a bias without effect is measured by that of the weight before it.
            double norm = norms[p] > ZERO ? norms[p] : norms[p - 1];
            assertThat(Math.sqrt(squares / found.length) / norm)
                    .as(parameters.get(p).name())
                    .isLessThan(tolerance);
        }
    }
}
