package org.skipjack.nn.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.skipjack.core.Device;
import org.skipjack.core.Evaluation;
import org.skipjack.core.Gradients;
import org.skipjack.core.Tensor;
import org.skipjack.nn.CrossEntropyLoss;
import org.skipjack.nn.Fixtures;
import org.skipjack.nn.Init;
import org.skipjack.nn.Module;
import org.skipjack.nn.Sgd;

/** Ten steps of the tutorial's ResNet-18, eight times narrower, from hashed weights, against PyTorch's. */
class ResNet18TrajectoryTest {
    private static final Fixtures RUN = Fixtures.load("resnet18_trajectory");
    private static final int WIDTH = RUN.integers("run", "width")[0];
    private static final int SEED = RUN.integers("run", "seed")[0];
    private static final int[] SHAPE = RUN.integers("run", "shape");

    /** Below this norm a gradient is zero but for rounding: a bias in front of a batch norm. */
    private static final double ZERO = 1e-9;

    static Stream<Device> devices() {
        return Stream.of(Device.reference(), Device.cpu());
    }

    private static Module net(Device device) {
        Module net = new ResNet18(SHAPE[1], 10, WIDTH, Init.generator(0)).to(device);
        HashedValues.fill(net, SEED);
        return net;
    }

    private static Tensor loss(Tensor logits) {
        return new CrossEntropyLoss().forward(logits, HashedValues.labels(SHAPE[0]));
    }

    @ParameterizedTest
    @MethodSource("devices")
    void hasPyTorchsLogitsAndFirstGradients(Device device) {
        Module net = net(device);
        Tensor logits = net.call(HashedValues.images(SEED, 0, SHAPE));
        List<Tensor> gradients = Gradients.of(loss(logits), net.parameters());
        var all = new ArrayList<>(gradients);
        all.add(logits);
        Evaluation.evaluate(all);

        double[] expected = RUN.values("logits64");
        double off = GradientNorms.distance(logits.toFloatArray(), expected) / GradientNorms.norm(expected);
        assertThat(off).as("logits").isLessThan(device == Device.reference() ? 1e-7 : 2e-6);
        double[] distances = RUN.values("distances");
        for (int p = 0; p < gradients.size(); p++) {
            // Double precision rounded once; in float 2e-6, or twice PyTorch's own float32 where that is more.
            double tolerance = device == Device.reference() ? 1e-7 : Math.max(2e-6, 2 * distances[p]);
            compare(net.parameters().get(p).name(), gradients.get(p).toFloatArray(), tolerance);
        }
    }

    private static void compare(String name, float[] found, double tolerance) {
        double[] expected = RUN.values("gradient64/" + name);
        double norm = GradientNorms.norm(expected);
        if (norm < ZERO) {
            // The gradient of a bias without effect is measured by that of its weight.
            norm = GradientNorms.norm(RUN.values("gradient64/" + name.replaceFirst("bias$", "weight")));
        }
        assertThat(GradientNorms.distance(found, expected) / norm).as(name).isLessThan(tolerance);
    }

    @ParameterizedTest
    @MethodSource("devices")
    void losesAsPyTorchForTenSteps(Device device) {
        Module net = net(device);
        var sgd = new Sgd(net.parameters(), Float.parseFloat(RUN.argument("run", "rate")));
        double[] expected = RUN.values("losses64");
        for (int step = 0; step < expected.length; step++) {
            Tensor loss = loss(net.call(HashedValues.images(SEED, step, SHAPE)));
            sgd.minimize(loss);
            // PyTorch's float32 losses stay within 5e-7 of double precision, Skipjack's within 1e-6.
            double error = Math.abs(loss.item() - expected[step]) / expected[step];
            assertThat(error).as("step " + step).isLessThan(3e-6);
        }
        net.stateDict().forEach((name, value) -> {
            if (name.contains("running")) {
                double[] running = RUN.values("after64/" + name);
                // PyTorch's float32 statistics stay within 5e-7.
                assertThat(GradientNorms.distance(value.toFloatArray(), running) / GradientNorms.norm(running))
                        .as(name)
                        .isLessThan(2e-6);
            }
        });
    }
}
