package org.skipjack.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.skipjack.core.Parameter;
import org.skipjack.core.Shape;

/** Distributions of initial values; bounds and deviations are compared with PyTorch's in {@link InitFixturesTest}. */
class InitTest {
    private static final Shape SHAPE = Shape.of(50, 40, 5, 5);

    private static final float[] UNIFORM_42 = {0.48111376f, 0.41886204f, 0.5083288f, 0.77246225f};
    private static final float[] NORMAL_42 = {-0.5199723f, 0.44262367f, 0.66871727f, 0.69908035f};

    private static Parameter weight() {
        return new Parameter("weight", SHAPE);
    }

    @Test
    void drawsUniformValuesThatFillTheirRange() {
        Parameter weight = weight();
        Init.uniform(weight, -2, 6, Init.generator(1));
        // 50,000 draws: the standard error of the mean is 8/√12/√50,000 = 0.0103, five of them 0.052.
        assertThat(mean(weight)).isBetween(1.948, 2.052);
        assertThat(variance(weight)).isBetween(0.97 * 64 / 12, 1.03 * 64 / 12);
        float[] sorted = weight.toFloatArray();
        Arrays.sort(sorted);
        // The chance that no draw of 50,000 falls into a hundredth of the range is 1e-218.
        assertThat(sorted[0]).isBetween(-2f, -1.92f);
        assertThat(sorted[sorted.length - 1]).isBetween(5.92f, 6f);
    }

    @Test
    void drawsNormalValuesWithThatMeanAndDeviation() {
        Parameter weight = weight();
        Init.normal(weight, 3, 2, Init.generator(1));
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

    @Test
    void drawsNothingForAModuleThatIsToBeOverwritten() {
        var layer = Init.withoutDrawing(() -> new Linear(3, 2));
        assertThat(layer.weight().toFloatArray()).containsOnly(0);
        layer.reset(Init.generator(1));
        assertThat(layer.weight().toFloatArray()).doesNotContain(0);
    }

    @Test
    void drawsTheSameBitsOnEveryJdkAndMachine() {
        Parameter weight = new Parameter("weight", Shape.of(2, 2));
        Init.xavierUniform(weight, Init.generator(42));
        assertThat(weight.toFloatArray()).containsExactly(UNIFORM_42);
        Init.xavierNormal(weight, Init.generator(42));
        assertThat(weight.toFloatArray()).containsExactly(NORMAL_42);
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
