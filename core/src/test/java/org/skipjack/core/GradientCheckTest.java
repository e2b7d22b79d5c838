package org.skipjack.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.skipjack.core.op.Op;

class GradientCheckTest {
    private final Parameter weight = SeededData.normal(1).parameter("layer1.weight", 3, 4, 5);

    /** {@code x²}, whose gradient is wrong at one element, or everywhere by a factor, or not a number. */
    private record Square(int wrongElement, float wrongBy) implements Op {
        @Override
        public String label() {
            return "square";
        }

        @Override
        public Shape shape(List<Shape> inputs) {
            return inputs.getFirst();
        }

        @Override
        public List<@Nullable Tensor> gradient(Tensor output, Tensor upstream) {
            Tensor x = output.inputs().getFirst();
            var error = new float[x.shape().elements()];
            error[wrongElement] = wrongBy;
            return List.of(
                    upstream.mul(x.mul(2).add(Tensor.wrap(error, x.shape().dims()))));
        }

        @Override
        public double[] define(List<Operand> inputs, Shape shape) {
            return java.util.Arrays.stream(inputs.getFirst().data())
                    .map(v -> v * v)
                    .toArray();
        }
    }

    @Test
    void rightGradientsPassWithAnErrorFarBelowTheTolerance() {
        var result = GradientCheck.check(() -> weight.sigmoid().mul(weight).sum(), List.of(weight));

        assertThat(result.passed()).isTrue();
        assertThat(result.deviations()).hasSize(60);
        assertThat(result.maxError()).isLessThan(1e-8);
        assertThat(result.message()).startsWith("60 elements agree, largest difference ");
        assertThatCode(result::orThrow).doesNotThrowAnyException();
    }

    @Test
    void oneWrongElementIsNamedWithItsPositionAndBothNumbers() {
        weight.fill(0.5f);
        var result = GradientCheck.check(
                () -> Tensor.record(new Square(33, 0.001f), weight).sum(), List.of(weight));

        assertThat(result.passed()).isFalse();
        assertThatThrownBy(result::orThrow)
                .isInstanceOf(GradientMismatchError.class)
                .hasMessage("gradient of layer1.weight[3, 4, 5] differs at element 33 = [1, 2, 3]: analytic 1.0010000,"
                        + " central difference 1.0000000, difference 0.00100 exceeds 1.01e-05; 1 of 60 compared"
                        + " elements differ");
    }

    @Test
    void anErrorOfTwoHundredThousandthsIsFound() {
        weight.fill(0.5f);
        var result = GradientCheck.check(
                () -> Tensor.record(new Square(0, 2e-5f), weight).sum(), List.of(weight));

        assertThat(result.passed()).isFalse();
        assertThat(result.maxError()).isBetween(1.9e-5, 2.1e-5);
    }

    @Test
    void aGradientThatIsNotANumberFails() {
        var result = GradientCheck.check(
                () -> Tensor.record(new Square(7, Float.NaN), weight).sum(), List.of(weight));

        assertThat(result.passed()).isFalse();
        assertThat(result.message()).contains("element 7 = [0, 1, 2]").contains("analytic NaN");
    }

    @Test
    void dataIsNamedByItsPositionInTheList() {
        Tensor x = Tensor.wrap(new float[] {1, 2}, 2);
        var result = GradientCheck.check(
                () -> Tensor.record(new Square(1, 1), x).sum().add(weight.sum()), List.of(weight, x));

        assertThat(result.message()).startsWith("gradient of leaf 1[2] differs at element 1 = [1]:");
    }

    @Test
    void aLargeLeafIsSampledBySeedUnlessEveryElementIsAskedFor() {
        var large = SeededData.normal(2).parameter("large", 20, 10);
        var check = GradientCheck.standard();

        var first = check.run(() -> large.square().sum(), List.of(large));
        var second = check.run(() -> large.square().sum(), List.of(large));
        var every = check.ofEveryElement().run(() -> large.square().sum(), List.of(large));

        assertThat(first.deviations()).hasSize(64).isEqualTo(second.deviations());
        assertThat(every.deviations()).hasSize(200);
        assertThat(every.passed()).isTrue();
    }

    @Test
    void theLeavesKeepTheirValues() {
        float[] before = weight.toFloatArray();
        GradientCheck.check(() -> weight.exp().sum(), List.of(weight));
        assertThat(weight.toFloatArray()).isEqualTo(before);
    }

    @Test
    void aLeafThatTheLossDoesNotDependOnHasGradientZero() {
        var other = new Parameter("other", Shape.of(2));
        var result = GradientCheck.check(() -> weight.sum(), List.of(other));
        assertThat(result.orThrow().deviations()).allMatch(d -> d.analytic() == 0 && d.numeric() == 0);
    }

    @Test
    void anExpressionThatWasEvaluatedBeforeIsRefused() {
        Tensor hidden = weight.tanh();
        hidden.remember(new float[60]);
        assertThatThrownBy(() -> GradientCheck.check(() -> hidden.sum(), List.of(weight)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("[gradientCheck]: tanh[3, 4, 5] is evaluated already");
    }

    @Test
    void onlyLeavesOfFloatsCanBeChecked() {
        Tensor labels = Tensor.ofInts(new int[] {1}, 1);
        assertThatThrownBy(() -> GradientCheck.check(() -> weight.sum(), List.of(labels)))
                .hasMessageStartingWith("[gradientCheck]: int32[1] is no leaf of floats");
        assertThatThrownBy(() -> GradientCheck.check(() -> weight.sum(), List.of(weight.neg())))
                .hasMessageStartingWith("[gradientCheck]: negate[3, 4, 5] is no leaf of floats");
    }

    @Test
    void aLossOfMoreThanOneElementIsRefused() {
        assertThatThrownBy(() -> GradientCheck.check(() -> weight.neg(), List.of(weight)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessageContaining("expects a scalar, got shape [3, 4, 5]");
    }
}
