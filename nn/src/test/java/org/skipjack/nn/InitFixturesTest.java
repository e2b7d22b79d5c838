package org.skipjack.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.skipjack.core.Parameter;
import org.skipjack.core.Shape;
import org.skipjack.nn.Init.Fan;

/** Fans, bounds, deviations and gains against those that PyTorch draws with. */
class InitFixturesTest {
    private static final Fixtures INIT = Fixtures.load("initialisers");

    static Stream<String> weights() {
        return INIT.cases("fan_in").stream();
    }

    private static Parameter weight(String name) {
        return new Parameter(name, Shape.of(INIT.integers(name, "shape")));
    }

    private static double number(String name, String part) {
        return INIT.values(name + "/" + part)[0];
    }

    /** The share of the bound that the largest value of an initialiser reaches. */
    private static double reach(String name, String bound, Consumer<Parameter> init) {
        Parameter weight = weight(name);
        init.accept(weight);
        return max(weight.toFloatArray()) / number(name, bound);
    }

    private static double max(float[] values) {
        return Arrays.stream(LayerFixturesTest.widen(values))
                .map(Math::abs)
                .max()
                .orElse(0);
    }

    @ParameterizedTest
    @MethodSource("weights")
    void countsFansAsPyTorch(String name) {
        assertThat(Init.fan(weight(name), Fan.IN)).isEqualTo((int) number(name, "fan_in"));
        assertThat(Init.fan(weight(name), Fan.OUT)).isEqualTo((int) number(name, "fan_out"));
    }

    @ParameterizedTest
    @MethodSource("weights")
    void staysWithinPyTorchsBoundsAndFillsThem(String name) {
        int n = weight(name).shape().elements();
        // All of n uniform values below 1 - 20/n of the bound: a chance of e^-20. 1 float rounding above.
        double least = Math.max(0, 1 - 20.0 / n);
        var random = Init.generator(12);
        assertThat(reach(name, "xavier_uniform_bound", w -> Init.xavierUniform(w, random)))
                .isBetween(least, 1 + 1e-7);
        assertThat(reach(name, "kaiming_uniform_relu_fan_in_bound", w -> Init.kaimingUniform(w, random)))
                .isBetween(least, 1 + 1e-7);
        double relu = Nonlinearity.RELU.gain();
        assertThat(reach(
                        name, "kaiming_uniform_relu_fan_out_bound", w -> Init.kaimingUniform(w, Fan.OUT, relu, random)))
                .isBetween(least, 1 + 1e-7);
    }

    @ParameterizedTest
    @MethodSource("weights")
    void scalesNormalValuesAsPyTorch(String name) {
        // The same seed draws the same standard normal values, so each initialiser is a multiple of them.
        Parameter standard = weight(name);
        Init.normal(standard, 0, 1, Init.generator(5));
        float[] unit = standard.toFloatArray();
        double relu = Nonlinearity.RELU.gain();
        assertMultiple(name, unit, "xavier_normal_std", w -> Init.xavierNormal(w, Init.generator(5)));
        assertMultiple(name, unit, "kaiming_normal_relu_fan_in_std", w -> Init.kaimingNormal(w, Init.generator(5)));
        assertMultiple(
                name,
                unit,
                "kaiming_normal_relu_fan_out_std",
                w -> Init.kaimingNormal(w, Fan.OUT, relu, Init.generator(5)));
    }

    private static void assertMultiple(String name, float[] unit, String deviation, Consumer<Parameter> init) {
        Parameter weight = weight(name);
        init.accept(weight);
        double factor = number(name, deviation);
        double[] expected = Arrays.stream(LayerFixturesTest.widen(unit))
                .map(v -> v * factor)
                .toArray();
        // Three roundings to float, of the standard value, the deviation and their product.
        LayerFixturesTest.assertClose(
                name + " " + deviation, LayerFixturesTest.widen(weight.toFloatArray()), expected, 1.8e-7);
    }

    @ParameterizedTest
    @MethodSource("weights")
    void startsLayersWithinPyTorchsBounds(String name) {
        int[] shape = INIT.integers(name, "shape");
        Module layer;
        if (shape.length == 2) {
            layer = new Linear(shape[1], shape[0]);
        } else {
            int groups = INIT.integers(name, "groups")[0];
            layer = new Conv2d(
                    shape[1] * groups,
                    shape[0],
                    Conv2d.kernel(shape[2], shape[3]).groups(groups));
        }
        layer.reset(Init.generator(8));
        double weight = max(layer.stateDict().get("weight").toFloatArray());
        double bound = number(name, "default_weight_bound");
        assertThat(weight)
                .isBetween(bound * Math.max(0, 1 - 20.0 / Shape.of(shape).elements()), bound * (1 + 1e-7));
        double bias = max(layer.stateDict().get("bias").toFloatArray());
        assertThat(bias).isBetween(0.0, number(name, "default_bias_bound") * (1 + 1e-7));
    }

    @Test
    void gainsAsPyTorch() {
        for (Nonlinearity nonlinearity : Nonlinearity.values()) {
            String name = "gain_" + nonlinearity.name().toLowerCase(java.util.Locale.ROOT);
            assertThat(nonlinearity.gain()).as(name).isCloseTo(number(name, "gain"), within(1e-15));
        }
        assertThat(Init.leakyReluGain(0.2)).isCloseTo(number("gain_leaky_relu", "gain"), within(1e-15));
    }
}
