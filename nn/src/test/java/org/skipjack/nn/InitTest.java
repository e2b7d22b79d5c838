package org.skipjack.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.skipjack.core.Parameter;
import org.skipjack.core.Shape;

/**
 * Distributions of initial values, from our generator and from others. Bounds and deviations are compared with PyTorch's in
 * {@link InitFixturesTest}, bits in {@link InitSeedsTest}.
 */
class InitTest {
    private static final Shape SHAPE = Shape.of(50, 40, 5, 5);

    private static Parameter weight() {
        return new Parameter("weight", SHAPE);
    }

    static Stream<RandomGenerator> generators() {
        return Stream.of(
                Init.generator(1), RandomGeneratorFactory.of("L64X128MixRandom").create(1), new Random(1));
    }

    @ParameterizedTest
    @MethodSource("generators")
    void drawsUniformValuesThatFillTheirRange(RandomGenerator random) {
        Parameter weight = weight();
        Init.uniform(weight, -2, 6, random);
        // 50,000 draws: the standard error of the mean is 8/√12/√50,000 = 0.0103, five of them 0.052.
        assertThat(mean(weight)).isBetween(1.948, 2.052);
        assertThat(variance(weight)).isBetween(0.97 * 64 / 12, 1.03 * 64 / 12);
        float[] sorted = weight.toFloatArray();
        Arrays.sort(sorted);
        // The chance that no draw of 50,000 falls into a hundredth of the range is 1e-218.
        assertThat(sorted[0]).isBetween(-2f, -1.92f);
        assertThat(sorted[sorted.length - 1]).isBetween(5.92f, 6f);
    }

    @ParameterizedTest
    @MethodSource("generators")
    void drawsNormalValuesWithThatMeanAndDeviation(RandomGenerator random) {
        Parameter weight = weight();
        Init.normal(weight, 3, 2, random);
        // Standard errors with 50,000 draws: 2/√50,000 = 0.009 and, of the variance, 4·√(2/50,000) = 0.025; five of
        // each.
        assertThat(mean(weight)).isBetween(2.955, 3.045);
        assertThat(variance(weight)).isBetween(3.87, 4.13);
        long beyondTwo = 0;
        for (float value : weight.toFloatArray()) {
            beyondTwo += Math.abs(value - 3) > 4 ? 1 : 0;
        }
        // 4.55 % of a normal distribution lie beyond two deviations: 2,275 ± 5·47.
        assertThat(beyondTwo).isBetween(2_040L, 2_510L);
    }

    /** Fewer than 16 values are drawn one by one. */
    @ParameterizedTest
    @MethodSource("generators")
    void drawsFewNormalValuesWithThatMeanAndDeviationToo(RandomGenerator random) {
        double sum = 0;
        double squares = 0;
        var few = new Parameter("few", Shape.of(5));
        for (int i = 0; i < 10_000; i++) {
            Init.normal(few, 3, 2, random);
            for (float value : few.toFloatArray()) {
                sum += value;
                squares += (value - 3) * (value - 3);
            }
        }
        // 50,000 draws, as above.
        assertThat(sum / 50_000).isBetween(2.955, 3.045);
        assertThat(squares / 50_000).isBetween(3.87, 4.13);
    }

    @Test
    void drawsNothingForAModuleThatIsToBeOverwritten() {
        var layer = Init.withoutDrawing(() -> new Linear(3, 2));
        assertThat(layer.weight().toFloatArray()).containsOnly(0);
        layer.reset(Init.generator(1));
        assertThat(layer.weight().toFloatArray()).doesNotContain(0);
    }

    @Test
    void refusesFansOfAVector() {
        var bias = new Parameter("0.bias", Shape.of(5));
        assertThatThrownBy(() -> Init.xavierUniform(bias, Init.generator(0)))
                .hasMessageContaining("0.bias[5] cannot be computed: it has fewer than 2 dimensions");
    }

    @Test
    void appliesXavierToWeightsOfConvolutionsAndLinearLayersOnly() {
        var net = new Sequential(new Conv2d(1, 6, 5), new BatchNorm2d(6), new Flatten(), new Linear(6, 4));
        float[] bias = net.stateDict().get("0.bias").toFloatArray();
        float[] conv = net.stateDict().get("0.weight").toFloatArray();
        net.apply(Init.xavierWeights(Init.generator(7)));
        assertThat(net.stateDict().get("0.bias").toFloatArray()).isEqualTo(bias);
        assertThat(net.stateDict().get("0.weight").toFloatArray()).isNotEqualTo(conv);
        assertThat(net.stateDict().get("1.weight").toFloatArray()).containsOnly(1);
    }

    private static double mean(Parameter weight) {
        double sum = 0;
        for (float value : weight.toFloatArray()) {
            sum += value;
        }
        return sum / SHAPE.elements();
    }

    private static double variance(Parameter weight) {
        double mean = mean(weight);
        double sum = 0;
        for (float value : weight.toFloatArray()) {
            sum += (value - mean) * (value - mean);
        }
        return sum / SHAPE.elements();
    }
}
