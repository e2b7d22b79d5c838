package org.skipjack.nn.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skipjack.core.Tensor;
import org.skipjack.nn.Init;
import org.skipjack.nn.Module;

/** The nets that come along, found by name. */
class ModelsTest {
    @ParameterizedTest
    @CsvSource({"lenet, 61706, 0.9", "lenet-bn, 44878, 1.0"})
    void areFoundByNameAndHaveTheTutorialsSizes(String name, long parameters, float learningRate) {
        ModelProvider provider = Models.find(name);
        assertThat(provider.defaults()).isEqualTo(new TrainingDefaults(learningRate, 256, 10, 0));
        assertThat(provider.description()).startsWith("LeNet");
        Module net = provider.create(1, 10, Init.generator(0));
        assertThat(net.parameterCount()).isEqualTo(parameters);
        int[] image = provider.inputShape();
        assertThat(net.forward(Tensor.full(0, 3, image[0], image[1], image[2]))
                        .shape()
                        .dims())
                .containsExactly(3, 10);
    }

    @ParameterizedTest
    @CsvSource({"lenet", "lenet-bn"})
    void takeOtherChannelsAndClasses(String name) {
        Module net = Models.find(name).create(3, 5, Init.generator(0));
        assertThat(net.forward(Tensor.full(0, 2, 3, 28, 28)).shape().dims()).containsExactly(2, 5);
    }

    @ParameterizedTest
    @CsvSource({"lenet", "lenet-bn"})
    void haveTheSameBitsFromTheSameSeed(String name) {
        Module first = Models.find(name).create(1, 10, Init.generator(4));
        Module second = Models.find(name).create(1, 10, Init.generator(4));
        second.stateDict()
                .forEach((key, value) -> assertThat(value.toFloatArray())
                        .as(key)
                        .isEqualTo(first.stateDict().get(key).toFloatArray()));
        float[] other = Models.find(name)
                .create(1, 10, Init.generator(5))
                .stateDict()
                .get("0.weight")
                .toFloatArray();
        assertThat(other).isNotEqualTo(first.stateDict().get("0.weight").toFloatArray());
    }

    @Test
    void startByXaviersRuleWithPyTorchsBiases() {
        Module net = Models.find("lenet-bn").create(1, 10, Init.generator(0));
        float[] weight = net.stateDict().get("9.weight").toFloatArray();
        // Xavier's bound for 256 -> 120 is √(6/376) = 0.126, beyond the layer's own 1/√256 = 0.0625.
        assertThat(max(weight)).isBetween(0.12f, 0.1264f);
        assertThat(max(net.stateDict().get("9.bias").toFloatArray())).isBetween(0.05f, 0.0625f);
    }

    @Test
    void saysWhichNamesThereAre() {
        assertThatThrownBy(() -> Models.find("lenet5"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("there is no model \"lenet5\"; there are lenet, lenet-bn");
    }

    private static float max(float[] values) {
        float max = 0;
        for (float value : values) {
            max = Math.max(max, Math.abs(value));
        }
        return max;
    }
}
