package org.skipjack.nn.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Set;
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

/** Ten steps of LeNet with batch norm from PyTorch's weights, loss by loss. */
class LeNetBnTrajectoryTest {
    private static final Fixtures RUN = Fixtures.load("lenet_bn_trajectory");
    private static final Set<String> BIASES_BEFORE_NORM = Set.of("0.bias", "4.bias", "9.bias", "12.bias");
    private static final int BATCH = 32;
    private static final int STEPS = 10;

    static Stream<Device> devices() {
        return Stream.of(Device.reference(), Device.cpu());
    }

    private static Module net(Device device) {
        Module net = new LeNetBn(1, 10, Init.generator(0)).to(device);
        var state = new LinkedHashMap<String, Tensor>();
        net.stateDict().keySet().forEach(name -> state.put(name, RUN.tensor(name)));
        // PyTorch counts batches in whole numbers.
        state.replaceAll((name, value) -> name.endsWith("num_batches_tracked") ? Tensor.scalar(0) : value);
        net.loadStateDict(state);
        return net;
    }

    private static Tensor loss(Module net, int step) {
        float[] pixels = RUN.tensor("pixels").toFloatArray();
        var images = new float[BATCH * 784];
        for (int i = 0; i < images.length; i++) {
            images[i] = pixels[step * images.length + i] / 255;
        }
        int[] labels =
                Arrays.stream(RUN.values("labels")).mapToInt(v -> (int) v).toArray();
        Tensor batch = Tensor.ofInts(Arrays.copyOfRange(labels, step * BATCH, (step + 1) * BATCH), BATCH);
        return new CrossEntropyLoss().forward(net.call(Tensor.wrap(images, BATCH, 1, 28, 28)), batch);
    }

    @ParameterizedTest
    @MethodSource("devices")
    void losesAsPyTorchForTenSteps(Device device) {
        Module net = net(device);
        var sgd = new Sgd(net.parameters(), 1);
        double[] expected = RUN.values("losses64");
        for (int step = 0; step < STEPS; step++) {
            Tensor loss = loss(net, step);
            sgd.minimize(loss);
            // PyTorch's own float32 run stays within 4e-7 of its double run; Winograd's sums have four times the
            // rounding.
            double error = Math.abs(loss.item() - expected[step]) / expected[step];
            assertThat(error).as("step " + step).isLessThan(device == Device.reference() ? 1e-6 : 2e-6);
        }
        net.stateDict().forEach((name, value) -> {
            if (name.contains("running")) {
                double[] running = RUN.values("after64/" + name);
                double norm = distance(new float[running.length], running);
                // PyTorch's own float32 run is up to 9e-6 away from its double run.
                assertThat(distance(value.toFloatArray(), running) / norm)
                        .as(name)
                        .isLessThan(1e-5);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("devices")
    void hasPyTorchsFirstGradients(Device device) {
        Module net = net(device);
        var gradients = Gradients.of(loss(net, 0), net.parameters());
        Evaluation.evaluate(gradients);
        for (int i = 0; i < gradients.size(); i++) {
            String name = net.parameters().get(i).name();
            float[] found = gradients.get(i).toFloatArray();
            if (BIASES_BEFORE_NORM.contains(name)) {
                // Zero but for rounding: batch norm takes the mean, and the bias with it, out again.
                assertThat(distance(found, new double[found.length])).as(name).isLessThan(1e-6);
            } else {
                double[] expected = RUN.values("gradient64/" + name);
                double norm = distance(new float[expected.length], expected);
                // PyTorch's own float32 gradients stay within 4e-6 of its double ones, Winograd's within twice that.
                double tolerance = device == Device.reference() ? 4e-6 : 8e-6;
                assertThat(distance(found, expected) / norm).as(name).isLessThan(tolerance);
            }
        }
    }

    private static double distance(float[] found, double[] expected) {
        assertThat(found).hasSameSizeAs(expected);
        double sum = 0;
        for (int i = 0; i < found.length; i++) {
            sum += (found[i] - expected[i]) * (found[i] - expected[i]);
        }
        return Math.sqrt(sum);
    }
}
