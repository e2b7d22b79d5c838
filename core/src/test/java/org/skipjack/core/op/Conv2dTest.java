package org.skipjack.core.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.skipjack.core.Reference;
import org.skipjack.core.Shape;
import org.skipjack.core.ShapeMismatchException;
import org.skipjack.core.Tensor;

class Conv2dTest {
    private static final Tensor X = Tensor.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9}, 1, 1, 3, 3);
    private static final Tensor W = Tensor.of(new float[] {1, 10, 100, 1000}, 1, 1, 2, 2);

    @Test
    void theKernelIsNotFlipped() {
        assertThat(Reference.values(Tensor.record(Conv2d.of(1, 0), X, W))).containsExactly(5421, 6532, 8754, 9865);
    }

    @Test
    void paddingSurroundsTheInputWithZeros() {
        Tensor y = Tensor.record(Conv2d.of(2, 1), X, W);
        assertThat(y.shape()).isEqualTo(Shape.of(1, 1, 2, 2));
        assertThat(Reference.values(y)).containsExactly(1000, 3200, 7040, 9865);
    }

    @Test
    void strideAndPaddingMayDifferByDirection() {
        Tensor y = Tensor.record(new Conv2d(1, 3, 0, 1, 1, 1), X, W);
        assertThat(y.shape()).isEqualTo(Shape.of(1, 1, 2, 2));
        assertThat(Reference.values(y)).containsExactly(4010, 603, 7040, 906);
    }

    @Test
    void dilationLeavesGapsBetweenTheTaps() {
        assertThat(Reference.values(Tensor.record(new Conv2d(1, 1, 0, 0, 2, 2), X, W)))
                .containsExactly(1 + 30 + 700 + 9000);
    }

    @Test
    void channelsAreSummedAndEachOutputChannelHasItsOwnKernel() {
        Tensor x = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2, 1, 1);
        Tensor w = Tensor.of(new float[] {1, 10, 100, 1000, -1, 0}, 3, 2, 1, 1);
        assertThat(Reference.values(Tensor.record(Conv2d.of(1, 0), x, w))).containsExactly(21, 2100, -1, 43, 4300, -3);
    }

    @Test
    void gradientsCollectTheProductsThatEachElementTakesPartIn() {
        Tensor y = Tensor.record(Conv2d.of(1, 0), X, W);
        Tensor dy = Tensor.of(new float[] {1, 2, 3, 4}, 1, 1, 2, 2);
        assertThat(Reference.gradient(y, dy, X)).containsExactly(1, 12, 20, 103, 1234, 2040, 300, 3400, 4000);
        assertThat(Reference.gradient(y, dy, W)).containsExactly(1 + 4 + 12 + 20, 47, 67, 77);
    }

    @Test
    void rowsThatNoWindowReachesGetGradientZero() {
        Tensor y = Tensor.record(Conv2d.of(2, 0), X, W);
        assertThat(Reference.gradient(y, Tensor.full(1, 1, 1, 1, 1), X))
                .containsExactly(1, 10, 0, 100, 1000, 0, 0, 0, 0);
    }

    @Test
    void outputExtentsAreThoseOfPyTorchsFormula() {
        var conv = new Conv2d(2, 3, 3, 1, 1, 2);
        Shape x = Shape.of(8, 3, 224, 100);
        Shape w = Shape.of(64, 3, 7, 5);
        assertThat(conv.outH(x, w)).isEqualTo(112);
        assertThat(conv.outW(x, w)).isEqualTo(32);
    }

    @Test
    void anEmptyBatchGivesAnEmptyResult() {
        Tensor empty = Tensor.of(new float[0], 0, 1, 3, 3);
        assertThat(Reference.values(Tensor.record(Conv2d.of(1, 0), empty, W))).isEmpty();
    }

    @Test
    void differentNumbersOfChannelsAreRefused() {
        assertThatThrownBy(() -> record(Conv2d.of(1, 1), Shape.of(128, 3, 32, 32), Shape.of(64, 64, 3, 3)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("[conv2d]: input has 3 channels, weight expects 64; input [128, 3, 32, 32], weight"
                        + " [64, 64, 3, 3]");
    }

    @Test
    void anImageWithoutBatchDimensionIsRefusedWithTheRemedy() {
        assertThatThrownBy(() -> record(Conv2d.of(1, 1), Shape.of(3, 32, 32), Shape.of(64, 3, 3, 3)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("[conv2d]: input must have rank 4, [N, C, H, W], got [3, 32, 32] of rank 3; add the missing"
                        + " dimension with reshape, 1 for a batch of one");
        assertThatThrownBy(() -> record(Conv2d.of(1, 1), Shape.of(1, 3, 32, 32), Shape.of(64, 9)))
                .hasMessage("[conv2d]: weight must have rank 4, [O, C, kh, kw], got [64, 9] of rank 2");
    }

    @Test
    void aKernelLargerThanThePaddedInputIsRefused() {
        assertThatThrownBy(() -> record(Conv2d.of(1, 0), Shape.of(1, 3, 2, 2), Shape.of(8, 3, 3, 3)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("[conv2d]: padded input is 2x2, smaller than the kernel of 3x3; input [1, 3, 2, 2], weight"
                        + " [8, 3, 3, 3]; use a larger input, more padding or a smaller kernel");
        assertThatThrownBy(() -> record(new Conv2d(1, 1, 1, 1, 4, 4), Shape.of(1, 3, 6, 6), Shape.of(8, 3, 3, 3)))
                .hasMessageStartingWith("[conv2d]: padded input is 8x8, smaller than the dilated kernel of 9x9;");
        assertThatThrownBy(() -> record(Conv2d.of(1, 0), Shape.of(1, 3, 2, 2), Shape.of(8, 3, 0, 1)))
                .hasMessageStartingWith("[conv2d]: kernel is 0x1, expected at least 1x1;");
    }

    @Test
    void aMissingOperandIsNamed() {
        assertThatThrownBy(() -> record(Conv2d.of(1, 0), Shape.of(1, 3, 2, 2)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("[conv2d]: expects 2 operands (input, weight), got 1: [[1, 3, 2, 2]]");
    }

    @Test
    void impossibleAttributesAreRefused() {
        assertThatThrownBy(() -> Conv2d.of(0, 0)).hasMessage("[conv2d]: stride must be at least 1, got 0x0");
        assertThatThrownBy(() -> Conv2d.of(1, -1)).hasMessage("[conv2d]: padding must not be negative, got -1x-1");
        assertThatThrownBy(() -> new Conv2d(1, 1, 0, 0, 1, 0))
                .hasMessage("[conv2d]: dilation must be at least 1, got 1x0");
    }

    @Test
    void gradientsRefuseAnUpstreamOfAnotherShape() {
        Shape x = Shape.of(2, 3, 8, 8);
        Shape w = Shape.of(4, 3, 3, 3);
        Shape wrong = Shape.of(2, 4, 8, 8);
        assertThatThrownBy(() -> record(new Conv2dInputGradient(Conv2d.of(1, 0), x), wrong, w))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage(
                        "[conv2dInputGradient]: dy has shape [2, 4, 8, 8], expected [2, 4, 6, 6]: the result of input"
                                + " [2, 3, 8, 8] with weight [4, 3, 3, 3]");
        assertThatThrownBy(() -> record(new Conv2dWeightGradient(Conv2d.of(1, 0), w), wrong, x))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessageStartingWith("[conv2dWeightGradient]: dy has shape [2, 4, 8, 8], expected [2, 4, 6, 6]:");
    }

    private static void record(Op op, Shape... operands) {
        op.shape(java.util.List.of(operands));
    }
}
