package org.skipjack.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** That the fixtures are all there, complete, and read as the script wrote them. */
class FixturesTest {

    @ParameterizedTest
    @CsvSource({
        "ops_conv2d, 19, 146",
        "ops_linear, 4, 30",
        "ops_batchnorm, 26, 492",
        "ops_activations, 9, 54",
        "ops_cross_entropy, 13, 91",
        "ops_pooling, 15, 60",
        "optim_sgd, 7, 28",
        "initialisers, 15, 87",
        "lenet_bn_trajectory, 0, 108"
    })
    void holdsTheCasesAndTensorsThatTheScriptReported(String file, int cases, int tensors) {
        Fixtures fixtures = Fixtures.load(file);
        assertThat(fixtures.cases()).hasSize(cases);
        assertThat(fixtures.names()).hasSize(tensors);
        for (String name : fixtures.cases()) {
            assertThat(fixtures.textArgument(name, "op")).isNotEmpty();
        }
    }

    @Test
    void readsArgumentsShapesAndValues() {
        Fixtures conv = Fixtures.load("ops_conv2d");
        String name = "dilation4x4";
        assertThat(conv.argument(name)).startsWith("{\"bias\": true, ");
        assertThat(conv.intsArgument(name, "stride")).containsExactly(3, 2);
        assertThat(conv.intsArgument(name, "dilation")).containsExactly(4, 4);
        assertThat(conv.intArgument(name, "groups")).isEqualTo(2);
        assertThat(conv.booleanArgument(name, "bias")).isTrue();
        assertThat(conv.shape(name + "/weight")).containsExactly(2, 2, 3, 3);
        assertThat(conv.floats(name + "/weight")).hasSize(36);
        assertThat(conv.contains("valid_kernel3x4/bias")).isFalse();

        Fixtures norm = Fixtures.load("ops_batchnorm");
        assertThat(norm.isNull("bn2d_momentum_none_first", "momentum")).isTrue();
        assertThat(norm.doubleArgument("bn2d_momentum_half_eps_big", "eps")).isEqualTo(0.6);
        assertThat(norm.longs("bn2d_momentum_none_fourth/num_batches_tracked_after"))
                .containsExactly(4);
        assertThat(norm.shape("bn2d_train/num_batches_tracked")).isEmpty();
    }

    @Test
    void agreesWithAConvolutionAndALossDoneByHand() {
        Fixtures conv = Fixtures.load("ops_conv2d");
        // One pixel, one weight: y = x w + b, gx = gy w; rounded once or twice.
        float x = conv.floats("one_pixel/x")[0];
        float weight = conv.floats("one_pixel/weight")[0];
        float bias = conv.floats("one_pixel/bias")[0];
        assertThat(conv.floats("one_pixel/y")[0]).isCloseTo(x * weight + bias, within(1e-6f));
        assertThat(conv.floats("one_pixel/gx")[0]).isEqualTo(conv.floats("one_pixel/gy")[0] * weight);

        // Ten equal logits: each class has probability 1/10.
        Fixtures loss = Fixtures.load("ops_cross_entropy");
        assertThat(loss.doubles("equal_logits/y64")[0]).isCloseTo(Math.log(10), within(1e-12));
    }

    @Test
    void readsPixelsAsGreyLevels() {
        Fixtures lenet = Fixtures.load("lenet_bn_trajectory");
        assertThat(lenet.shape("pixels")).containsExactly(320, 784);
        assertThat(Arrays.stream(lenet.ints("pixels")))
                .hasSize(320 * 784)
                .allMatch(level -> level >= 0 && level <= 255);
        assertThat(Arrays.stream(lenet.ints("labels"))).hasSize(320).allMatch(label -> label >= 0 && label < 10);
        assertThat(lenet.doubles("losses64")).hasSize(10);
        assertThat(lenet.doubles("losses")).hasSize(10);
    }

    @Test
    void saysWhatIsMissing() {
        Fixtures linear = Fixtures.load("ops_linear");
        assertThatThrownBy(() -> linear.floats("none/x")).hasMessage("ops_linear.safetensors has no tensor none/x");
        assertThatThrownBy(() -> linear.longs("batch1/x"))
                .hasMessage("ops_linear.safetensors: tensor batch1/x is F32, not I64");
        assertThatThrownBy(() -> linear.argument("none")).hasMessage("ops_linear.safetensors has no case none");
        assertThatThrownBy(() -> linear.intArgument("batch1", "stride")).hasMessageContaining("no argument stride");
        assertThatThrownBy(() -> Fixtures.load("none")).hasMessage("no fixture none.safetensors");
        assertThat(linear.cases()).isEqualTo(List.of("batch1", "batch5_33_to_17", "no_bias", "lenet_84_to_10"));
    }
}
