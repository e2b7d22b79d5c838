package org.skipjack.core.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.skipjack.core.Reference;
import org.skipjack.core.Shape;
import org.skipjack.core.ShapeMismatchException;
import org.skipjack.core.Tensor;

class CrossEntropyTest {
    private static final Tensor EQUAL = Tensor.full(3, 2, 4);
    private static final Tensor LABELS = Tensor.ofInts(new int[] {0, 3}, 2);

    @Test
    void equalLogitsCostTheLogarithmOfTheNumberOfClasses() {
        assertThat(Reference.values(EQUAL.crossEntropy(LABELS)))
                .containsExactly(new double[] {Math.log(4), Math.log(4)}, within(1e-15));
    }

    @Test
    void theGradientIsProbabilityMinusTargetTimesUpstream() {
        Tensor upstream = Tensor.of(new float[] {1, -2}, 2);
        Tensor logits = Tensor.of(new float[8], 2, 4);
        assertThat(Reference.gradient(logits.crossEntropy(LABELS), upstream, logits))
                .containsExactly(new double[] {-0.75, 0.25, 0.25, 0.25, -0.5, -0.5, -0.5, 1.5}, within(1e-15));
    }

    @Test
    void hugeLogitsNeitherOverflowNorUnderflow() {
        Tensor logits = Tensor.of(new float[] {1e30f, 0, -1e30f, 1000, 0, -1000}, 2, 3);
        Tensor loss = logits.crossEntropy(Tensor.ofInts(new int[] {0, 1}, 2));
        assertThat(Reference.values(loss)).containsExactly(0, 1000);
        assertThat(Reference.gradient(loss, Tensor.full(1, 2), logits)).containsExactly(0, 0, 0, 1, -1, 0);
    }

    @Test
    void anotherClassMayHaveProbabilityZero() {
        Tensor logits = Tensor.of(new float[] {0, Float.NEGATIVE_INFINITY, 0}, 1, 3);
        assertThat(Reference.values(logits.crossEntropy(Tensor.ofInts(new int[] {0}, 1))))
                .containsExactly(new double[] {Math.log(2)}, within(1e-15));
    }

    @Test
    void smoothingSpreadsPartOfTheTargetOverAllClasses() {
        Tensor logits = Tensor.of(new float[] {2, 0}, 1, 2);
        Tensor loss = Tensor.record(new CrossEntropy(0.5f, -100), logits, Tensor.ofInts(new int[] {0}, 1));
        double logZ = Math.log(Math.exp(2) + 1);
        assertThat(Reference.values(loss)).containsExactly(new double[] {logZ - 0.75 * 2}, within(1e-15));
        double p = Math.exp(2) / (Math.exp(2) + 1);
        assertThat(Reference.gradient(loss, Tensor.full(1, 1), logits))
                .containsExactly(new double[] {p - 0.75, 1 - p - 0.25}, within(1e-15));
    }

    @Test
    void ignoredExamplesHaveNeitherLossNorGradient() {
        Tensor logits = Tensor.of(new float[] {1, 2, Float.NaN, 4}, 2, 2);
        Tensor loss = logits.crossEntropy(Tensor.ofInts(new int[] {1, -100}, 2));
        assertThat(Reference.values(loss)[1]).isZero();
        assertThat(Reference.gradient(loss, Tensor.full(1, 2), logits)).endsWith(0, 0);
    }

    @Test
    void theIgnoredLabelMayBeAClass() {
        var op = new CrossEntropy(0, 3);
        assertThat(Reference.values(Tensor.record(op, EQUAL, LABELS))).endsWith(0);
        assertThat(op.classOf(3, 0, 4)).isEqualTo(CrossEntropy.IGNORED);
        assertThat(op.classOf(2, 0, 4)).isEqualTo(2);
    }

    @Test
    void labelsMayBeFloats() {
        Tensor labels = Tensor.of(new float[] {0, 3}, 2);
        assertThat(Reference.values(EQUAL.crossEntropy(labels)))
                .containsExactly(Reference.values(EQUAL.crossEntropy(LABELS)));
    }

    @Test
    void aLabelThatIsNoClassIsNamedWithItsExample() {
        Tensor logits = Tensor.full(0, 5, 10);
        Tensor tooLarge = Tensor.ofInts(new int[] {0, 9, 1, 10, 2}, 5);
        Tensor negative = Tensor.ofInts(new int[] {-1, 9, 1, 10, 2}, 5);
        Tensor broken = Tensor.of(new float[] {0, 1.5f, 1, 1, 2}, 5);
        Tensor missing = Tensor.of(new float[] {0, 1, Float.NaN, 1, 2}, 5);
        assertThatThrownBy(() -> Reference.values(logits.crossEntropy(tooLarge)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("[crossEntropy]: label 10 of example 3 is outside 0..9");
        assertThatThrownBy(() -> Reference.values(logits.crossEntropy(negative)))
                .hasMessage("[crossEntropy]: label -1 of example 0 is outside 0..9");
        assertThatThrownBy(() -> Reference.values(logits.crossEntropy(broken)))
                .hasMessage("[crossEntropy]: label 1.5 of example 1 is not a whole number");
        assertThatThrownBy(() -> Reference.values(logits.crossEntropy(missing)))
                .hasMessage("[crossEntropy]: label NaN of example 2 is not a whole number");
    }

    @Test
    void shapesThatDoNotFitAreRefused() {
        var op = new CrossEntropy();
        assertThatThrownBy(() -> op.shape(List.of(Shape.of(32, 10), Shape.of(31))))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("[crossEntropy]: logits have 32 examples, labels 31; logits [32, 10], labels [31]");
        assertThatThrownBy(() -> op.shape(List.of(Shape.of(32, 10), Shape.of(32, 10))))
                .hasMessage("[crossEntropy]: labels must be class numbers of shape [32], one for each example, got"
                        + " [32, 10]; for one-hot labels use argMax(1)");
        assertThatThrownBy(() -> op.shape(List.of(Shape.of(32, 10, 1, 1), Shape.of(32))))
                .hasMessage("[crossEntropy]: logits must have rank 2, [N, C], got [32, 10, 1, 1] of rank 4");
        assertThatThrownBy(() -> new CrossEntropyGradient(op).shape(List.of(Shape.of(2, 3), Shape.of(2), Shape.of())))
                .hasMessage("[crossEntropyGradient]: dy has shape [], expected [2]: one number for each example");
    }

    @Test
    void smoothingOutsideZeroToOneIsRefused() {
        assertThatThrownBy(() -> new CrossEntropy(1.5f, 0))
                .hasMessage("[crossEntropy]: label smoothing must be between 0 and 1, got 1.5");
        assertThatThrownBy(() -> new CrossEntropy(Float.NaN, 0)).hasMessageEndingWith("got NaN");
    }

    @Test
    void logSoftmaxOfLargeInputsIsFinite() {
        Tensor x = Tensor.of(new float[] {1000, 0, -1000, 5, 5, 5}, 2, 3);
        double third = -Math.log(3);
        assertThat(Reference.values(x.logSoftmax()))
                .containsExactly(new double[] {0, -1000, -2000, third, third, third}, within(1e-14));
    }

    @Test
    void logSoftmaxOfAScalarIsRefused() {
        assertThatThrownBy(() -> Tensor.scalar(1).logSoftmax())
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("[logSoftmax]: input is a scalar, expected at least one dimension to normalise along");
    }
}
