package org.skipjack.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skipjack.core.Device;
import org.skipjack.core.GradientCheck;
import org.skipjack.core.ShapeMismatchException;
import org.skipjack.core.Tensor;
import org.skipjack.core.backend.ReferenceBackend;
import org.skipjack.nn.BatchNorm1d;
import org.skipjack.nn.BatchNorm2d;
import org.skipjack.nn.Init;
import org.skipjack.nn.Module;
import org.skipjack.nn.ModuleGradientCheck;
import org.skipjack.nn.Sequential;

/** The layer from scratch against numbers by hand and against the concise layers. */
class BatchNormTest {
    private static Tensor input(int numDims) {
        int[] dims = numDims == 2 ? new int[] {6, 3} : new int[] {2, 3, 2, 4};
        var random = Init.generator(1);
        int n = 1;
        for (int d : dims) {
            n *= d;
        }
        var values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) (5 + 2 * random.nextGaussian());
        }
        return Tensor.of(values, dims);
    }

    private static double[] values(Tensor tensor) {
        return new ReferenceBackend().evaluate(List.of(tensor)).getFirst();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    void normalisesABatchAsTheConciseLayerDoes(int numDims) {
        var scratch = new BatchNorm(3, numDims);
        Module concise = numDims == 2 ? new BatchNorm1d(3) : new BatchNorm2d(3);
        double[] expected = values(concise.forward(input(numDims)));
        // Both in double precision; the mean here multiplies by a float 1/n, off by 6e-8 of means around 5.
        assertThat(values(scratch.forward(input(numDims)))).containsExactly(expected, within(1e-6));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    void hasTheGradientsOfItsCentralDifferences(int numDims) {
        var layer = new BatchNorm(3, numDims);
        GradientCheck.Result training = ModuleGradientCheck.check(layer, input(numDims));
        assertThat(training.orThrow().deviations())
                .hasSize(6 + input(numDims).shape().elements());
        layer.eval();
        ModuleGradientCheck.check(layer, input(numDims)).orThrow();
    }

    @Test
    void movesItsAveragesByTheTutorialsMomentumAndTheBiasedVariance() {
        var layer = new BatchNorm(2, 2);
        layer.to(Device.reference());
        layer.forward(Tensor.of(new float[] {1, 10, 5, 30}, 2, 2)).evaluate();
        // Means 3 and 20, biased variances 4 and 100; a tenth of each is new.
        assertThat(layer.stateDict().get("moving_mean").toFloatArray())
                .containsExactly(new float[] {0.3f, 2}, within(1e-6f));
        assertThat(layer.stateDict().get("moving_var").toFloatArray())
                .containsExactly(new float[] {0.9f + 0.4f, 0.9f + 10}, within(2e-6f));
    }

    @Test
    void usesItsMovingAveragesInEvaluationAndLeavesThemAlone() {
        var layer = new BatchNorm(1, 4);
        layer.to(Device.reference()).eval();
        layer.stateDict().get("moving_mean").assign(3);
        layer.stateDict().get("moving_var").assign(4);
        Tensor y = layer.forward(Tensor.of(new float[] {7}, 1, 1, 1, 1));
        assertThat(y.item()).isCloseTo(2, within(1e-5f));
        assertThat(layer.stateDict().get("moving_mean").toFloatArray()).containsExactly(3);
    }

    @Test
    void assertsItsRankAndSaysWhere() {
        assertThatThrownBy(() -> new BatchNorm(3, 3))
                .hasMessage("BatchNorm normalises features (numDims 2) or channels (numDims 4), got numDims 3");
        assertThatThrownBy(() -> new Sequential(new BatchNorm(3, 2)).forward(input(4)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("[batchNorm] at 0: expected an input of rank 2, got [2, 3, 2, 4]; make the layer with"
                        + " numDims 2 for [N, C], 4 for [N, C, H, W]");
    }
}
