package org.skipjack.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skipjack.core.Device;
import org.skipjack.core.Tensor;
import org.skipjack.nn.models.LeNetBn;
import org.skipjack.nn.models.PreactResNet18;
import org.skipjack.nn.models.ResNet;
import org.skipjack.nn.models.ResNet18;

/** Frozen nets against their modules in evaluation mode: values, folded batch norms, independence. */
class FrozenNetTest {
    private static final RandomGenerator RANDOM = Init.generator(6);

    private static Module net(String name) {
        return switch (name) {
            case "lenet-bn" -> new LeNetBn(1, 10, RANDOM);
            case "resnet18" -> new ResNet18(1, 10, 8, RANDOM);
            case "preact" -> new PreactResNet18(1, 10, 8, RANDOM);
            case "torchvision" ->
                new ResNet(
                        ResNet.layers(ResNet.Depth.LAYERS_50)
                                .channels(1)
                                .classes(10)
                                .width(4),
                        RANDOM);
            case "without affine" ->
                new Sequential(
                        new Conv2d(1, 3, Conv2d.kernel(3).bias(false)),
                        new BatchNorm2d(3, BatchNorm.options().affine(false)),
                        new Relu(),
                        new Flatten(),
                        new Linear(3 * 26 * 26, 10, false),
                        new BatchNorm1d(10));
            default ->
                new Sequential(
                        new BatchNorm2d(1),
                        new Conv2d(1, 4, 3),
                        new Conv2d(4, 4, Conv2d.kernel(3).groups(2)),
                        new BatchNorm2d(4),
                        new MaxPool2d(2),
                        new BatchNorm2d(4),
                        new Flatten(),
                        new Linear(4 * 12 * 12, 10));
        };
    }

    /** Running statistics, scales and shifts that differ from their initial values. */
    private static Module unsettle(Module net) {
        net.stateDict().forEach((name, variable) -> {
            if (variable.shape().rank() == 1) {
                boolean positive = name.endsWith("running_var") || name.endsWith(".weight");
                Init.uniform(variable, positive ? 0.5 : -0.5, positive ? 1.5 : 0.5, RANDOM);
            }
        });
        return net;
    }

    private static Tensor images(int count) {
        var pixels = new float[count * 28 * 28];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = RANDOM.nextFloat();
        }
        return Tensor.wrap(pixels, count, 1, 28, 28);
    }

    @ParameterizedTest
    @CsvSource({
        "lenet-bn, 4, 1e-5",
        "resnet18, 17, 1e-5",
        "preact, 8, 1e-5",
        "torchvision, 53, 1e-5",
        "without affine, 2, 1e-5",
        "not foldable, 0, 0"
    })
    void givesTheModulesLogitsWithItsBatchNormsFolded(String name, int folded, double tolerance) {
        Module net = unsettle(net(name)).train();
        var frozen = FrozenNet.of(net, new int[] {1, 28, 28}, 1, 3);
        Tensor images = images(3);

        assertThat(frozen.foldedBatchNorms()).isEqualTo(folded);
        assertThat(net.isTraining()).isTrue();
        double[] expected = widen(net.eval().call(images).toFloatArray());
        double[] found = widen(frozen.apply(images).toFloatArray());
        // Each folded layer rounds its weights once more, by 6e-8 of themselves, and its sum in another order; in 53
        // layers in
        // a row, each of which passes the error on about as large as it is, less than 53 times some 1e-7.
        assertThat(distance(found, expected)).isLessThanOrEqualTo(tolerance);
        var first = Tensor.of(Arrays.copyOf(images.values(), 28 * 28), 1, 1, 28, 28);
        assertThat(frozen.apply(first).toFloatArray())
                .isEqualTo(Arrays.copyOf(frozen.apply(images).toFloatArray(), 10));
    }

    @Test
    void isExactOnTheReferenceButForTheRoundingOfItsWeights() {
        Module net = unsettle(net("lenet-bn")).to(Device.reference());
        var frozen = FrozenNet.of(net, new int[] {1, 28, 28}, 2);
        Tensor images = images(2);

        double[] expected = widen(net.eval().call(images).toFloatArray());
        double[] found = widen(frozen.apply(images).toFloatArray());

        // Double precision: what is left are 2⁻²⁴ of each folded weight, in five layers.
        assertThat(distance(found, expected)).isLessThan(5e-7);
    }

    @Test
    void staysWhatItIsWhenTheModuleIsTrainedOn() {
        Module net = net("lenet-bn");
        var frozen = FrozenNet.of(net, new int[] {1, 28, 28}, 2);
        Tensor images = images(2);
        float[] before = frozen.apply(images).toFloatArray();

        net.variables().values().forEach(variable -> variable.fill(0.5f));

        assertThat(frozen.apply(images).toFloatArray()).isEqualTo(before);
    }

    @Test
    void refusesBatchesThatWereNotRecorded() {
        var frozen = FrozenNet.of(net("lenet-bn"), new int[] {1, 28, 28}, 1, 16);
        assertThatThrownBy(() -> frozen.apply(images(2)))
                .hasMessage("[frozenNet]: input [2, 1, 28, 28], expected batches of [1, 16] of [1, 28, 28]");
        assertThatThrownBy(() -> frozen.apply(Tensor.full(0, 1, 28, 28))).hasMessageContaining("of [1, 28, 28]");
    }

    private static double[] widen(float[] values) {
        var wide = new double[values.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = values[i];
        }
        return wide;
    }

    /** The largest difference, by the largest value. */
    private static double distance(double[] found, double[] expected) {
        double difference = 0;
        double largest = 0;
        for (int i = 0; i < expected.length; i++) {
            difference = Math.max(difference, Math.abs(found[i] - expected[i]));
            largest = Math.max(largest, Math.abs(expected[i]));
        }
        return difference / largest;
    }
}
