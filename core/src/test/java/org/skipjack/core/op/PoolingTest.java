package org.skipjack.core.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.skipjack.core.Reference;
import org.skipjack.core.Shape;
import org.skipjack.core.ShapeMismatchException;
import org.skipjack.core.Tensor;

class PoolingTest {
    private static final float NAN = Float.NaN;
    private static final Tensor X =
            Tensor.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}, 1, 1, 4, 4);
    private static final Window2d PADDED = new Window2d(2, 2, 2, 2, 1, 1);

    @Test
    void averagesAreTakenOverEachWindow() {
        Tensor y = Tensor.record(new AvgPool2d(Window2d.of(2, 2), true), X);
        assertThat(Reference.values(y)).containsExactly(3.5, 5.5, 11.5, 13.5);
    }

    @Test
    void paddingCountsInAnAverageOrNot() {
        assertThat(Reference.values(Tensor.record(new AvgPool2d(PADDED, true), X)))
                .containsExactly(0.25, 1.25, 1, 3.5, 8.5, 5, 3.25, 7.25, 4);
        assertThat(Reference.values(Tensor.record(new AvgPool2d(PADDED, false), X)))
                .containsExactly(1, 2.5, 4, 7, 8.5, 10, 13, 14.5, 16);
    }

    @Test
    void theGradientOfAnAverageSpreadsOverItsWindowAndOverlapsAddUp() {
        Tensor x = X.slice(2, 0, 2).slice(3, 0, 3);
        Tensor y = Tensor.record(new AvgPool2d(new Window2d(2, 2, 1, 1, 0, 0), true), x);
        Tensor dy = Tensor.of(new float[] {4, 8}, 1, 1, 1, 2);
        assertThat(Reference.gradient(y, dy, x)).containsExactly(1, 3, 2, 1, 3, 2);
    }

    @Test
    void aRemainderThatFillsNoWindowIsLeftOut() {
        Tensor x = X.slice(3, 0, 3);
        Tensor y = Tensor.record(new AvgPool2d(Window2d.of(2, 2), true), x);
        assertThat(y.shape()).isEqualTo(Shape.of(1, 1, 2, 1));
        assertThat(Reference.gradient(y, Tensor.full(4, 1, 1, 2, 1), x))
                .containsExactly(1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0);
    }

    @Test
    void maximaOfNegativeNumbersAreNotThoseOfThePadding() {
        Tensor y = Tensor.record(new MaxPool2d(PADDED), X.neg());
        assertThat(Reference.values(y)).containsExactly(-1, -2, -4, -5, -6, -8, -13, -14, -16);
    }

    @Test
    void theFirstOfEqualMaximaGetsTheGradient() {
        Tensor x = Tensor.of(new float[] {0, 7, 7, 7}, 1, 1, 2, 2);
        Tensor y = Tensor.record(new MaxPool2d(Window2d.of(2, 2)), x);
        assertThat(Reference.gradient(y, Tensor.full(3, 1, 1, 1, 1), x)).containsExactly(0, 3, 0, 0);
    }

    @Test
    void anElementThatWinsSeveralWindowsCollectsTheirGradients() {
        Tensor x = Tensor.of(new float[] {0, 5, 0}, 1, 1, 1, 3);
        Tensor y = Tensor.record(new MaxPool2d(new Window2d(1, 2, 1, 1, 0, 0)), x);
        Tensor dy = Tensor.of(new float[] {1, 10}, 1, 1, 1, 2);
        assertThat(Reference.gradient(y, dy, x)).containsExactly(0, 11, 0);
    }

    @Test
    void notANumberWinsItsWindowAndTheLastOfThemGetsTheGradient() {
        Tensor x = Tensor.of(new float[] {NAN, 1, NAN, 9, 1, 2, 3, 4}, 2, 1, 2, 2);
        Tensor y = Tensor.record(new MaxPool2d(Window2d.of(2, 2)), x);
        assertThat(Reference.values(y)).containsExactly(Double.NaN, 4);
        assertThat(Reference.gradient(y, Tensor.full(1, 2, 1, 1, 1), x)).containsExactly(0, 0, 1, 0, 0, 0, 0, 1);
    }

    @Test
    void aWindowOfNegativeInfinitiesGivesItsFirstElement() {
        Tensor x = Tensor.of(new float[] {-1f / 0, -1f / 0}, 1, 1, 1, 2);
        Tensor y = Tensor.record(new MaxPool2d(new Window2d(1, 2, 1, 1, 0, 0)), x);
        assertThat(Reference.values(y)).containsExactly(Double.NEGATIVE_INFINITY);
        assertThat(Reference.gradient(y, Tensor.full(1, 1, 1, 1, 1), x)).containsExactly(1, 0);
    }

    @Test
    void adaptiveWindowsCoverTheInputAndOverlapWhereTheyDoNotDivideIt() {
        Tensor x = Tensor.of(new float[] {1, 2, 3, 4, 5}, 1, 1, 1, 5);
        Tensor y = Tensor.record(new AdaptiveAvgPool2d(1, 3), x);
        assertThat(Reference.values(y)).containsExactly(1.5, 3, 4.5);
        Tensor dy = Tensor.of(new float[] {2, 3, 2}, 1, 1, 1, 3);
        assertThat(Reference.gradient(y, dy, x)).containsExactly(1, 2, 1, 2, 1);
    }

    @Test
    void adaptiveWindowsRepeatElementsWhereTheResultIsLarger() {
        Tensor x = Tensor.of(new float[] {1, 3}, 1, 1, 1, 2);
        assertThat(Reference.values(Tensor.record(new AdaptiveAvgPool2d(2, 4), x)))
                .containsExactly(1, 1, 3, 3, 1, 1, 3, 3);
    }

    @Test
    void paddingOfMoreThanHalfTheKernelIsRefused() {
        assertThatThrownBy(() -> new Window2d(3, 2, 1, 1, 2, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("[pool2d]: padding must be at least 0 and at most half the kernel, 1x1 for kernel 3x2,"
                        + " got 2x1");
        assertThatThrownBy(() -> new Window2d(2, 2, 1, 1, 0, -1)).hasMessageEndingWith("got 0x-1");
        assertThatThrownBy(() -> Window2d.of(0, 1)).hasMessage("[pool2d]: kernel must be at least 1x1, got 0x0");
        assertThatThrownBy(() -> Window2d.of(2, 0)).hasMessage("[pool2d]: stride must be at least 1, got 0x0");
        assertThatThrownBy(() -> new AdaptiveAvgPool2d(1, 0))
                .hasMessage("[adaptiveAvgPool2d]: output must be at least 1x1, got 1x0");
    }

    @Test
    void anInputSmallerThanTheWindowIsRefused() {
        assertThatThrownBy(() -> new MaxPool2d(Window2d.of(2, 2)).shape(List.of(Shape.of(64, 16, 1, 5))))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("[maxPool2d]: output is too small: input [64, 16, 1, 5] padded by 0x0 is 1x5, the window is"
                        + " 2x2; use a larger input or a smaller window");
        assertThatThrownBy(() -> new AvgPool2d(PADDED, true).shape(List.of(Shape.of(1, 1, 0, 5))))
                .hasMessageStartingWith("[avgPool2d]: output is too small: input [1, 1, 0, 5] padded by 1x1 is 2x7,");
        assertThatThrownBy(() -> new AdaptiveAvgPool2d(1, 1).shape(List.of(Shape.of(1, 1, 0, 5))))
                .hasMessage("[adaptiveAvgPool2d]: input [1, 1, 0, 5] has no rows or no columns, expected at least 1x1");
    }

    @Test
    void otherRanksAreRefused() {
        for (Op op : List.of(new AvgPool2d(PADDED, true), new MaxPool2d(PADDED), new AdaptiveAvgPool2d(1, 1))) {
            assertThatThrownBy(() -> op.shape(List.of(Shape.of(256, 16))))
                    .isInstanceOf(ShapeMismatchException.class)
                    .hasMessage("[" + op.label() + "]: input must have rank 4, [N, C, H, W], got [256, 16] of rank 2");
        }
    }

    @Test
    void gradientsRefuseAnUpstreamOfAnotherShape() {
        Shape x = Shape.of(1, 1, 4, 4);
        Shape wrong = Shape.of(1, 1, 4, 4);
        assertThatThrownBy(() -> new MaxPool2dGradient(new MaxPool2d(PADDED)).shape(List.of(wrong, x)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("[maxPool2dGradient]: dy has shape [1, 1, 4, 4], expected [1, 1, 3, 3]: the result of input"
                        + " [1, 1, 4, 4]");
        assertThatThrownBy(() -> new AvgPool2dGradient(new AvgPool2d(PADDED, true), x).shape(List.of(wrong)))
                .hasMessageStartingWith("[avgPool2dGradient]: dy has shape [1, 1, 4, 4], expected [1, 1, 3, 3]");
        assertThatThrownBy(() -> new AdaptiveAvgPool2dGradient(new AdaptiveAvgPool2d(2, 2), x).shape(List.of(wrong)))
                .hasMessageStartingWith(
                        "[adaptiveAvgPool2dGradient]: dy has shape [1, 1, 4, 4], expected [1, 1, 2, 2]");
    }
}
