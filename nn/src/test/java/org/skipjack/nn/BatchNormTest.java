package org.skipjack.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.skipjack.core.Device;
import org.skipjack.core.ShapeMismatchException;
import org.skipjack.core.Tensor;

/** Where batch norm differs from other layers: running statistics, modes, and what it refuses. */
class BatchNormTest {
    private static final Tensor TWO_ROWS = Tensor.of(new float[] {1, 10, 5, 30}, 2, 2);

    private static BatchNorm1d layer(BatchNorm.Options options) {
        var layer = new BatchNorm1d(2, options);
        layer.to(Device.reference());
        return layer;
    }

    @Test
    void movesTheRunningStatisticsByMomentumWithTheUnbiasedVariance() {
        var layer = layer(BatchNorm.options());
        layer.call(TWO_ROWS).evaluate();
        // Means 3 and 20; variances 4 and 100 biased, 8 and 200 unbiased. One rounding of each constant: 1e-6.
        assertThat(layer.runningMean().orElseThrow().toFloatArray())
                .containsExactly(new float[] {0.3f, 2}, within(1e-6f));
        assertThat(layer.runningVar().orElseThrow().toFloatArray())
                .containsExactly(new float[] {0.9f + 0.8f, 0.9f + 20}, within(2e-6f));
        assertThat(layer.stateDict().get("num_batches_tracked").item()).isEqualTo(1);
    }

    @Test
    void averagesAllBatchesWithoutMomentum() {
        var layer = layer(BatchNorm.options().cumulativeAverage());
        layer.call(TWO_ROWS).evaluate();
        layer.call(TWO_ROWS.mul(3)).evaluate();
        assertThat(layer.runningMean().orElseThrow().toFloatArray())
                .containsExactly(new float[] {6, 40}, within(1e-5f));
        assertThat(layer.runningVar().orElseThrow().toFloatArray())
                .containsExactly(new float[] {40, 1000}, within(1e-4f));
    }

    @Test
    void leavesTheRunningStatisticsAloneUntilTheResultIsEvaluated() {
        var layer = layer(BatchNorm.options());
        layer.call(TWO_ROWS);
        assertThat(layer.runningMean().orElseThrow().toFloatArray()).containsExactly(0, 0);
    }

    @Test
    void normalisesByTheRunningStatisticsInEvaluation() {
        var layer = layer(BatchNorm.options().eps(1));
        layer.runningMean().orElseThrow().assign(1, 2);
        layer.runningVar().orElseThrow().assign(3, 8);
        layer.weight().orElseThrow().assign(2, 3);
        layer.bias().orElseThrow().assign(0, 1);
        layer.eval();
        assertThat(TestData.values(layer.call(Tensor.of(new float[] {5, 8}, 1, 2))))
                .containsExactly(4, 7);
    }

    @Test
    void usesTheBatchInEvaluationTooIfItTracksNothing() {
        var layer = layer(BatchNorm.options().trackRunningStats(false));
        double[] training = TestData.values(layer.call(TWO_ROWS));
        layer.eval();
        assertThat(TestData.values(layer.call(TWO_ROWS))).isEqualTo(training);
        assertThatThrownBy(() -> layer.call(Tensor.full(1, 1, 2))).isInstanceOf(ShapeMismatchException.class);
    }

    @Test
    void forgetsItsRunningStatisticsOnDemand() {
        var layer = layer(BatchNorm.options());
        layer.call(TWO_ROWS).evaluate();
        layer.resetRunningStats();
        assertThat(layer.runningVar().orElseThrow().toFloatArray()).containsExactly(1, 1);
        assertThat(layer.stateDict().get("num_batches_tracked").item()).isZero();
    }

    @Test
    void refusesABatchOfOneInTrainingOnly() {
        var net = new Sequential(new Linear(4, 10), new BatchNorm1d(10));
        assertThatThrownBy(() -> net.call(Tensor.full(1, 1, 4)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("[batchNorm] at 1: Expected more than 1 value per channel when training, got input size"
                        + " [1, 10]; use at least 2 examples a batch (drop a last batch of 1) or call eval()");
        assertThat(net.eval().call(Tensor.full(1, 1, 4)).shape().dims()).containsExactly(1, 10);
        assertThat(new BatchNorm2d(3).call(Tensor.full(1, 1, 3, 2, 1)).shape().dim(0))
                .isEqualTo(1);
    }

    @Test
    void refusesAnotherRankInPyTorchsWords() {
        assertThatThrownBy(() -> new BatchNorm2d(3).call(Tensor.full(1, 2, 3, 4)))
                .hasMessageContaining("expected 4D input (got 3D input)");
        assertThatThrownBy(() -> new BatchNorm1d(3).call(Tensor.full(1, 2, 3, 4, 5)))
                .hasMessageContaining("expected 2D or 3D input (got 4D input)");
        assertThatThrownBy(() -> new BatchNorm2d(4).call(Tensor.full(1, 2, 3, 5, 5)))
                .hasMessageContaining("running_mean should contain 3 elements not 4");
    }

    @Test
    void refusesOptionsOutsideTheirRange() {
        assertThatThrownBy(() -> BatchNorm.options().momentum(1.5)).hasMessageContaining("between 0 and 1, got 1.5");
        assertThatThrownBy(() -> new BatchNorm1d(2, BatchNorm.options().eps(0)).call(TWO_ROWS))
                .hasMessageContaining("epsilon must be a positive number");
    }

    @Test
    void learnsScaleAndShiftThroughAStep() {
        var layer = layer(BatchNorm.options());
        Tensor y = layer.call(TWO_ROWS);
        new Sgd(layer.parameters(), 0.5f)
                .minimize(y.mul(Tensor.of(new float[] {1, 0, 0, 2}, 2, 2)).sum());
        // x̂ is -1 and +1 but for eps; d weight = (-1, 2), d bias = (1, 2).
        assertThat(layer.weight().orElseThrow().toFloatArray()).containsExactly(new float[] {1.5f, 0}, within(1e-5f));
        assertThat(layer.bias().orElseThrow().toFloatArray()).containsExactly(new float[] {-0.5f, -1}, within(1e-5f));
    }
}
