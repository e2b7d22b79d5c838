package org.skipjack.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.skipjack.core.ShapeMismatchException;
import org.skipjack.core.Tensor;

/** Reductions and labels. */
class CrossEntropyLossTest {
    private static final Tensor LOGITS = TestData.normal(1, 3, 4);

    @Test
    void refusesLabelsThatAreNoClassUnlessToldToIgnoreThem() {
        Tensor labels = Tensor.ofInts(new int[] {0, -100, 3}, 3);
        var loss = new CrossEntropyLoss();
        assertThatThrownBy(() -> TestData.values(loss.forward(LOGITS, labels)))
                .hasMessageContaining("label -100 of example 1 is outside 0..3");
        double[] each = TestData.values(loss.ignoreIndex(-100)
                .reduction(CrossEntropyLoss.Reduction.NONE)
                .forward(LOGITS, labels));
        assertThat(each[1]).isZero();
        double mean = TestData.values(loss.ignoreIndex(-100).forward(LOGITS, labels))[0];
        assertThat(mean).isEqualTo((each[0] + each[2]) / 2);
    }

    @Test
    void refusesShapesThatDoNotFit() {
        Tensor labels = Tensor.ofInts(new int[] {0, 1}, 2);
        assertThatThrownBy(() -> new CrossEntropyLoss().forward(LOGITS, labels))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessageContaining("logits have 3 examples, labels 2");
    }

    @Test
    void refusesASmoothingOutsideZeroToOne() {
        Tensor labels = Tensor.ofInts(new int[] {0, 1, 2}, 3);
        assertThatThrownBy(() -> new CrossEntropyLoss().labelSmoothing(2).forward(LOGITS, labels))
                .hasMessageContaining("label smoothing must be between 0 and 1, got 2.0");
    }
}
