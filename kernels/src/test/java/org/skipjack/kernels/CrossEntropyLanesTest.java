package org.skipjack.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.skipjack.kernels.Closeness.assertSameBits;
import static org.skipjack.kernels.Closeness.relative;
import static org.skipjack.kernels.Closeness.relativeL2;
import static org.skipjack.kernels.Lanes.COUNT;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CrossEntropyLanesTest {
    private static final int IGNORE = -100;

    @ParameterizedTest(name = "{0} classes, logits of size {1}, smoothing {2}")
    @CsvSource({
        "1, 1, 0",
        "2, 1, 0",
        "10, 1, 0",
        "10, 1, 0.1",
        "10, 10, 0",
        "10, 30, 0.1",
        "10, 1e4, 0",
        "10, 1e4, 0.2",
        "17, 100, 0",
        "1000, 3, 0.1",
        "100000, 1, 0"
    })
    void lossAndGradientKeepSixDigits(int classes, float size, float smoothing) {
        Random random = new Random(classes);
        float[] logits = Draws.gaussian(random, classes * COUNT);
        float[] labels = new float[COUNT];
        for (int i = 0; i < logits.length; i++) {
            logits[i] *= size;
        }
        for (int l = 0; l < COUNT; l++) {
            labels[l] = random.nextInt(classes);
        }
        labels[3] = IGNORE;
        float[] upstream = Draws.gaussian(random, COUNT);
        Guarded x = Guarded.input(12, logits);
        Guarded label = Guarded.input(5, labels);
        Guarded up = Guarded.input(7, upstream);
        Guarded loss = Guarded.output(28, COUNT);
        Guarded dx = Guarded.output(12, classes * COUNT);

        CrossEntropyLanes.forward(
                loss.array(), 28, x.array(), 12, label.array(), 5, classes, COUNT, smoothing, IGNORE, 0);
        CrossEntropyLanes.gradient(
                dx.array(), 12, x.array(), 12, label.array(), 5, up.array(), 7, classes, smoothing, IGNORE);

        float[] actual = loss.values();
        float[] gradient = dx.values();
        double[] expected = new double[classes * COUNT];
        for (int l = 0; l < COUNT; l++) {
            double[] row = softmax(logits, l, classes);
            double rowSum = 0;
            double value = 0;
            for (int c = 0; c < classes; c++) {
                double target = (c == (int) labels[l] ? 1 - (double) smoothing : 0) + (double) smoothing / classes;
                value -= target == 0 ? 0 : target * (logits[c * COUNT + l] - row[classes]);
                expected[c * COUNT + l] = l == 3 ? 0 : upstream[l] * (row[c] - target);
                rowSum += gradient[c * COUNT + l];
            }
            // The second term: a loss that small is lost in 1 + e⁻³⁰ of a double.
            assertThat((double) actual[l]).isCloseTo(l == 3 ? 0 : value, within(1e-6 * value + 1e-15));
            assertThat(rowSum).isCloseTo(0, within(1e-6));
        }
        assertThat(relativeL2(gradient, expected)).isLessThan(1e-6);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 10, 17, 100})
    void exponentialsHaveTheBitsOfTheirTwin(int classes) {
        Random random = new Random(classes);
        float[] spread = Draws.gaussian(random, classes * COUNT);
        for (int i = 0; i < spread.length; i++) {
            spread[i] *= 40;
        }
        for (float[] logits : new float[][] {spread, Draws.withSpecials(random, classes * COUNT)}) {
            Guarded x = Guarded.input(12, logits);
            Guarded out = Guarded.output(28, logits.length);
            Guarded twin = Guarded.output(5, logits.length);

            CrossEntropyLanes.exponentials(out.array(), 28, x.array(), 12, classes);
            CrossEntropyLanes.scalarExponentials(twin.array(), 5, x.array(), 12, classes);

            assertSameBits(out.values(), twin.values());
        }
    }

    @Test
    void theGradientMayReplaceTheLogits() {
        Random random = new Random(6);
        float[] x = Draws.gaussian(random, 10 * COUNT);
        float[] labels = Draws.magnitudes(Draws.whole(random, COUNT, 9));
        labels[3] = IGNORE;
        float[] upstream = Draws.gaussian(random, COUNT);
        float[] expected = new float[x.length];

        CrossEntropyLanes.gradient(expected, 0, x, 0, labels, 0, upstream, 0, 10, 0.1f, IGNORE);
        CrossEntropyLanes.gradient(x, 0, x, 0, labels, 0, upstream, 0, 10, 0.1f, IGNORE);

        assertSameBits(x, expected);
    }

    /** Probabilities, then the logarithm of the sum of exponentials. */
    private static double[] softmax(float[] x, int l, int classes) {
        double max = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < classes; c++) {
            max = Math.max(max, x[c * COUNT + l]);
        }
        double others = -1;
        double[] row = new double[classes + 1];
        for (int c = 0; c < classes; c++) {
            row[c] = Math.exp(x[c * COUNT + l] - max);
            others += row[c];
        }
        for (int c = 0; c < classes; c++) {
            row[c] /= 1 + others;
        }
        row[classes] = max + Math.log1p(others);
        return row;
    }

    @Test
    void aConfidentAndRightAnswerStillHasASixDigitLoss() {
        float[] x = new float[2 * COUNT];
        Arrays.fill(x, 0, COUNT, 15f);
        float[] loss = new float[COUNT];

        CrossEntropyLanes.forward(loss, 0, x, 0, new float[COUNT], 0, 2, COUNT, 0f, IGNORE, 0);

        assertThat(relative(loss[0], Math.log1p(Math.exp(-15)))).isLessThan(1e-6);
    }

    @Test
    void hugeLogitsStayFinite() {
        float[] x = new float[3 * COUNT];
        Arrays.fill(x, 0, COUNT, 1e30f);
        Arrays.fill(x, COUNT, 2 * COUNT, -1e30f);
        float[] labels = new float[COUNT];
        labels[1] = 1;
        float[] loss = new float[COUNT];
        float[] dx = new float[3 * COUNT];
        float[] ones = new float[COUNT];
        Arrays.fill(ones, 1f);

        CrossEntropyLanes.forward(loss, 0, x, 0, labels, 0, 3, COUNT, 0f, IGNORE, 0);
        CrossEntropyLanes.gradient(dx, 0, x, 0, labels, 0, ones, 0, 3, 0f, IGNORE);

        assertThat(loss[0]).isZero();
        assertThat(loss[1]).isEqualTo(2e30f);
        for (float value : dx) {
            assertThat(value).isFinite();
        }
    }

    @Test
    void equalLogitsCostTheLogarithmOfTheirNumber() {
        float[] loss = new float[COUNT];
        CrossEntropyLanes.forward(loss, 0, new float[10 * COUNT], 0, new float[COUNT], 0, 10, COUNT, 0f, IGNORE, 0);
        assertThat(loss).containsOnly((float) Math.log(10));
    }

    @Test
    void lanesWithoutAnExampleCostNothingAndMayHoldAnything() {
        float[] x = Draws.withTail(new float[10 * COUNT], 7, Float.NaN);
        float[] labels = Draws.withTail(new float[COUNT], 7, 999f);
        float[] loss = new float[COUNT];

        CrossEntropyLanes.forward(loss, 0, x, 0, labels, 0, 10, 7, 0f, IGNORE, 0);

        assertThat(loss[6]).isPositive();
        assertThat(Arrays.copyOfRange(loss, 7, COUNT)).containsOnly(0f);
    }

    @Test
    void aLabelThatIsNoClassIsNamed() {
        float[] labels = new float[COUNT];
        labels[5] = 10;
        assertThatThrownBy(() -> CrossEntropyLanes.forward(
                        new float[COUNT], 0, new float[10 * COUNT], 0, labels, 0, 10, COUNT, 0f, IGNORE, 48))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("[crossEntropy]: label 10 of example 53 is outside 0..9");
        labels[5] = -1;
        assertThatThrownBy(() -> CrossEntropyLanes.forward(
                        new float[COUNT], 0, new float[10 * COUNT], 0, labels, 0, 10, COUNT, 0f, IGNORE, 0))
                .hasMessage("[crossEntropy]: label -1 of example 5 is outside 0..9");
    }

    @Test
    void logSoftmaxOfTheMiddleAxis() {
        int outer = 3;
        int classes = 7;
        float[] logits = Draws.gaussian(new Random(3), outer * classes * COUNT);
        Guarded x = Guarded.input(12, logits);
        Guarded y = Guarded.output(28, logits.length);

        CrossEntropyLanes.logSoftmax(y.array(), 28, x.array(), 12, outer, classes);

        float[] actual = y.values();
        for (int o = 0; o < outer; o++) {
            int from = o * classes * COUNT;
            float[] block = Arrays.copyOfRange(logits, from, from + classes * COUNT);
            for (int i = 0; i < block.length; i++) {
                double expected = block[i] - softmax(block, i % COUNT, classes)[classes];
                assertThat(relative(actual[from + i], expected)).isLessThan(1e-6);
            }
        }
    }
}
