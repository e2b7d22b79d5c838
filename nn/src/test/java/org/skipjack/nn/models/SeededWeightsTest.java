package org.skipjack.nn.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skipjack.core.Parameter;
import org.skipjack.nn.Fixtures;
import org.skipjack.nn.Init;
import org.skipjack.nn.Module;

/** The initial weights of whole nets, against those that PyTorch makes after {@code torch.manual_seed}. */
class SeededWeightsTest {
    private static final Fixtures SEEDS = Fixtures.load("seeds");

    private static String sha256(List<Parameter> parameters) throws NoSuchAlgorithmException {
        var digest = MessageDigest.getInstance("SHA-256");
        for (Parameter parameter : parameters) {
            float[] values = parameter.toFloatArray();
            var bytes = ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(values);
            digest.update(bytes);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void assertEnds(String name, Module net, double tolerance) {
        double[] firsts = SEEDS.values(name + "/firsts");
        double[] lasts = SEEDS.values(name + "/lasts");
        assertThat(net.parameters()).hasSameSizeAs(firsts);
        for (int p = 0; p < firsts.length; p++) {
            Parameter parameter = net.parameters().get(p);
            float[] values = parameter.toFloatArray();
            assertThat((double) values[0]).as(parameter.name()).isCloseTo(firsts[p], within(tolerance));
            assertThat((double) values[values.length - 1]).as(parameter.name()).isCloseTo(lasts[p], within(tolerance));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lenet-bn", "resnet18", "resnet18-preact"})
    void theTutorialsNetsStartWithPyTorchsBits(String name) throws NoSuchAlgorithmException {
        var random = Init.generator(Long.parseLong(SEEDS.argument(name, "seed")));
        Module net = Models.find(name).create(1, 10, random);
        assertEnds(name, net, 0);
        assertThat(sha256(net.parameters())).isEqualTo(SEEDS.argument(name, "sha256"));
        assertThat((double) random.nextFloat()).isEqualTo(Double.parseDouble(SEEDS.argument(name, "after")));
    }

    /** Convolutions start normal, and so within 4e-6 deviations ({@code InitSeedsTest}); the largest is √(2 / 64). */
    @ParameterizedTest
    @ValueSource(strings = {"resnet18-tv", "resnet50-tv"})
    void torchvisionsNetsStartAsTorchvisions(String name) throws NoSuchAlgorithmException {
        var random = Init.generator(Long.parseLong(SEEDS.argument(name, "seed")));
        Module net = Models.find(name).create(3, 1000, random);
        assertEnds(name, net, 4e-6 * Math.sqrt(2.0 / 64));
        int count = net.parameters().size();
        assertThat(sha256(net.parameters().subList(count - 2, count))).isEqualTo(SEEDS.argument(name, "sha256"));
        assertThat((double) random.nextFloat()).isEqualTo(Double.parseDouble(SEEDS.argument(name, "after")));
    }
}
