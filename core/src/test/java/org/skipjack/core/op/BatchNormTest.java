package org.skipjack.core.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.skipjack.core.Gradients;
import org.skipjack.core.Reference;
import org.skipjack.core.Shape;
import org.skipjack.core.ShapeMismatchException;
import org.skipjack.core.Tensor;

class BatchNormTest {
    /** Two channels, means 4 and 10, variances 9 and 0. */
    private static final Tensor X = Tensor.of(new float[] {1, 10, 7, 10, 1, 10, 7, 10}, 4, 2);

    private static final Tensor STATISTICS = Tensor.of(new float[] {4, 10, 9, 0}, 2, 2);
    private static final Tensor GAMMA = Tensor.of(new float[] {8, 8}, 2);
    private static final Tensor BETA = Tensor.of(new float[] {100, -3}, 2);

    @Test
    void statisticsAreMeanAndBiasedVarianceOfEachChannel() {
        assertThat(Reference.values(Tensor.record(new BatchStatistics(), X))).containsExactly(4, 10, 9, 0);
    }

    @Test
    void statisticsOfImagesRunOverBatchRowsAndColumns() {
        Tensor x = Tensor.of(new float[] {1, 3, 5, 5, 5, 7, 9, 9}, 2, 2, 1, 2);
        assertThat(Reference.values(Tensor.record(new BatchStatistics(), x))).containsExactly(4, 7, 5, 4);
    }

    @Test
    void aLargeMeanDoesNotSpoilTheVariance() {
        Tensor x = Tensor.of(new float[] {16_000_001, 16_000_003}, 2, 1);
        assertThat(Reference.values(Tensor.record(new BatchStatistics(), x))).containsExactly(16_000_002, 1);
    }

    @Test
    void inputsAreNormalisedScaledAndShifted() {
        Tensor y = Tensor.record(new BatchNorm(7, false), X, STATISTICS, GAMMA, BETA);
        assertThat(Reference.values(y)).containsExactly(94, -3, 106, -3, 94, -3, 106, -3);
    }

    @Test
    void aConstantChannelGivesExactlyBeta() {
        Tensor x = Tensor.full(0.1f, 7, 1, 3, 3);
        Tensor y = Tensor.record(
                new BatchNorm(1e-5f, true),
                x,
                Tensor.record(new BatchStatistics(), x),
                Tensor.full(5, 1),
                Tensor.full(0.7f, 1));
        assertThat(Reference.values(y)).containsOnly(0.7f);
    }

    @Test
    void gradientsOfGammaAndBetaAreTheTwoSums() {
        Tensor dy = Tensor.of(new float[] {1, 1, 2, 2, 3, 3, 4, 4}, 4, 2);
        for (boolean training : new boolean[] {false, true}) {
            Tensor y = Tensor.record(new BatchNorm(7, training), X, STATISTICS, GAMMA, BETA);
            assertThat(Reference.gradient(y, dy, BETA)).containsExactly(10, 10);
            assertThat(Reference.gradient(y, dy, GAMMA)).containsExactly(0.75 * (-1 + 2 - 3 + 4), 0);
        }
        assertThat(Reference.values(Tensor.record(new BatchNormSums(7), dy, X, STATISTICS)))
                .containsExactly(10, 10, 1.5, 0);
    }

    @Test
    void inTrainingTheInputsGradientFlowsThroughTheStatisticsToo() {
        Tensor dy = Tensor.of(new float[] {1, 0, 2, 0, 3, 0, 4, 8}, 4, 2);
        Tensor y = Tensor.record(new BatchNorm(7, true), X, STATISTICS, GAMMA, BETA);
        // Channel 0: 8/4 (dy - 10/4 ± 0.75 * 1.5/4); channel 1: 8/√7 (dy - 8/4).
        double bend = 0.75 * 1.5 / 4;
        double root = 8 / Math.sqrt(7);
        double[] expected = {
            2 * (1 - 2.5 + bend), -2 * root, 2 * (2 - 2.5 - bend), -2 * root,
            2 * (3 - 2.5 + bend), -2 * root, 2 * (4 - 2.5 - bend), 6 * root
        };
        assertThat(Reference.gradient(y, dy, X)).containsExactly(expected, within(1e-14));
    }

    @Test
    void inEvaluationTheStatisticsAreConstants() {
        Tensor dy = Tensor.of(new float[] {1, 0, 2, 0, 3, 0, 4, 0}, 4, 2);
        Tensor y = Tensor.record(new BatchNorm(7, false), X, STATISTICS, GAMMA, BETA);
        assertThat(Reference.gradient(y, dy, X)).containsExactly(2, 0, 4, 0, 6, 0, 8, 0);
    }

    @Test
    void noGradientReachesTheStatisticsOperand() {
        for (boolean training : new boolean[] {false, true}) {
            Tensor y = Tensor.record(new BatchNorm(7, training), X, STATISTICS, GAMMA, BETA);
            assertThat(Reference.values(
                            Gradients.of(y.sum(), List.of(STATISTICS)).getFirst()))
                    .containsOnly(0);
        }
    }

    @Test
    void notANumberStaysInItsChannel() {
        Tensor x = Tensor.of(new float[] {Float.NaN, 1, 2, 3}, 2, 2);
        double[] y = Reference.values(
                Tensor.record(new BatchNorm(1e-5f, true), x, Tensor.record(new BatchStatistics(), x), GAMMA, BETA));
        assertThat(y[0]).isNaN();
        assertThat(y[2]).isNaN();
        assertThat(Arrays.asList(y[1], y[3])).allMatch(Double::isFinite);
    }

    @Test
    void ranksOtherThanTwoToFourAreRefused() {
        assertThatThrownBy(() -> new BatchStatistics().shape(List.of(Shape.of(256))))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("[batchStatistics]: input must have rank 2, 3 or 4, [N, C], [N, C, L] or [N, C, H, W], got"
                        + " [256] of rank 1");
        assertThatThrownBy(() -> new BatchStatistics().shape(List.of(Shape.of(1, 2, 3, 4, 5))))
                .hasMessageEndingWith("got [1, 2, 3, 4, 5] of rank 5");
    }

    @Test
    void anEmptyInputIsRefused() {
        assertThatThrownBy(() -> new BatchStatistics().shape(List.of(Shape.of(0, 6, 4, 4))))
                .hasMessage("[batchStatistics]: input [0, 6, 4, 4] is empty; the statistics of a channel need at least"
                        + " one value");
    }

    @Test
    void operandsForAnotherNumberOfChannelsAreRefused() {
        var op = new BatchNorm(1e-5f, true);
        Shape x = Shape.of(8, 6, 4, 4);
        Shape two = Shape.of(2, 6);
        Shape one = Shape.of(6);
        assertThatThrownBy(() -> op.shape(List.of(x, Shape.of(2, 4), one, one)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("[batchNorm]: statistics has shape [2, 4], expected [2, 6]: two numbers for each channel of"
                        + " input [8, 6, 4, 4]");
        assertThatThrownBy(() -> op.shape(List.of(x, two, Shape.of(4), one)))
                .hasMessage("[batchNorm]: gamma has shape [4], expected [6]: one number for each channel of input"
                        + " [8, 6, 4, 4]");
        assertThatThrownBy(() -> op.shape(List.of(x, two, one, Shape.of(1, 6, 1, 1))))
                .hasMessageStartingWith("[batchNorm]: beta has shape [1, 6, 1, 1], expected [6]:");
        assertThatThrownBy(() -> new BatchNormSums(1e-5f).shape(List.of(Shape.of(8, 6), x, two)))
                .hasMessage("[batchNormSums]: dy has shape [8, 6], expected [8, 6, 4, 4]: the shape of the input");
        assertThatThrownBy(() -> new BatchNormInputGradient(1e-5f).shape(List.of(x, x, two, one, one)))
                .hasMessageStartingWith("[batchNormInputGradient]: sums has shape [6], expected [2, 6]:");
        assertThatThrownBy(() -> op.shape(List.of(x, two)))
                .hasMessageStartingWith("[batchNorm]: expects 4 operands (input, statistics, gamma, beta), got 2:");
    }

    @Test
    void epsilonMustBePositive() {
        assertThatThrownBy(() -> new BatchNorm(0, true))
                .hasMessage("[batchNorm]: epsilon must be a positive number, got 0.0; it keeps a constant channel from"
                        + " dividing by zero");
        assertThatThrownBy(() -> new BatchNormSums(Float.NaN)).hasMessageStartingWith("[batchNormSums]: epsilon must");
        assertThatThrownBy(() -> new BatchNormInputGradient(-1))
                .hasMessageStartingWith("[batchNormInputGradient]: epsilon must");
    }
}
