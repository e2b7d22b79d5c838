package org.skipjack.core.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.skipjack.core.Reference;
import org.skipjack.core.Shape;
import org.skipjack.core.ShapeMismatchException;
import org.skipjack.core.Tensor;

class MovementTest {
    private static final Tensor X = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);

    @Test
    void permuteReordersTheDimensions() {
        assertThat(Reference.values(X.transpose())).containsExactly(1, 4, 2, 5, 3, 6);
        Tensor cube = X.reshape(1, 2, 3).permute(2, 0, 1);
        assertThat(cube.shape()).isEqualTo(Shape.of(3, 1, 2));
        assertThat(Reference.values(cube)).containsExactly(1, 4, 2, 5, 3, 6);
    }

    @Test
    void theGradientOfAPermutationIsItsInverse() {
        Tensor x = X.reshape(1, 2, 3);
        Tensor dy = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 1, 2);
        assertThat(Reference.gradient(x.permute(2, 0, 1), dy, x)).containsExactly(1, 3, 5, 2, 4, 6);
    }

    @Test
    void padSurroundsADimensionWithZerosAndSliceTakesThemAway() {
        Tensor padded = X.pad(1, 1, 2);
        assertThat(Reference.values(padded)).containsExactly(0, 1, 2, 3, 0, 0, 0, 4, 5, 6, 0, 0);
        assertThat(Reference.values(padded.slice(1, 1, 4))).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(Reference.values(X.pad(0, 0, 1))).containsExactly(1, 2, 3, 4, 5, 6, 0, 0, 0);
    }

    @Test
    void sliceTakesARangeOfOneDimension() {
        assertThat(Reference.values(X.slice(0, 1, 2))).containsExactly(4, 5, 6);
        assertThat(Reference.values(X.slice(-1, 0, 2))).containsExactly(1, 2, 4, 5);
        assertThat(X.slice(1, 3, 3).shape()).isEqualTo(Shape.of(2, 0));
    }

    @Test
    void theGradientsOfPadAndSliceAreEachOthersOp() {
        Tensor dy = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
        assertThat(Reference.gradient(X.slice(1, 1, 3), dy, X)).containsExactly(0, 1, 2, 0, 3, 4);
        Tensor wide = Tensor.of(new float[] {9, 1, 2, 3, 9, 4, 5, 6}, 2, 4);
        assertThat(Reference.gradient(X.pad(1, 1, 0), wide, X)).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void concatenateJoinsAlongADimensionAndItsGradientTakesApart() {
        Tensor y = Tensor.of(new float[] {7, 8}, 2, 1);
        Tensor joined = Tensor.concatenate(1, X, y);
        assertThat(Reference.values(joined)).containsExactly(1, 2, 3, 7, 4, 5, 6, 8);
        Tensor dy = Tensor.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 2, 4);
        assertThat(Reference.gradient(joined, dy, X)).containsExactly(1, 2, 3, 5, 6, 7);
        assertThat(Reference.gradient(joined, dy, y)).containsExactly(4, 8);
    }

    @Test
    void anOrderThatIsNoPermutationIsRefused() {
        assertThatThrownBy(() -> X.permute(0, 0))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("[permute]: order [0, 0] must name each dimension of input [2, 3] once, [0, 1] in some"
                        + " order");
        assertThatThrownBy(() -> X.permute(0, 1, 2)).hasMessageStartingWith("[permute]: order [0, 1, 2] must name");
        assertThatThrownBy(() -> X.permute(0, -3)).hasMessageStartingWith("[permute]: order [0, -1] must name");
    }

    @Test
    void rangesOutsideTheInputAreRefused() {
        assertThatThrownBy(() -> X.slice(1, 1, 4))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("[slice]: range 1 to 4 does not lie within 0 to 3, dimension 1 of input [2, 3]");
        assertThatThrownBy(() -> X.slice(1, -1, 2)).hasMessageStartingWith("[slice]: range -1 to 2 does not lie");
        assertThatThrownBy(() -> X.slice(1, 2, 1)).hasMessageStartingWith("[slice]: range 2 to 1 does not lie");
        assertThatThrownBy(() -> X.pad(1, -1, 0))
                .hasMessage("[pad]: padding must not be negative, got -1 before and 0 after; use slice to take elements"
                        + " away");
    }

    @Test
    void dimensionsThatDoNotExistAreRefused() {
        assertThatThrownBy(() -> new Slice(2, 0, 1).shape(List.of(Shape.of(2, 3))))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("[slice]: dimension 2 does not exist in input [2, 3], expected 0..1");
        assertThatThrownBy(() -> new Pad(0, 1, 1).shape(List.of(Shape.scalar())))
                .hasMessage("[pad]: dimension 0 does not exist: the input is a scalar");
        assertThatThrownBy(() -> new Concatenate(-1).shape(List.of(Shape.of(2, 3))))
                .hasMessage("[concatenate]: dimension -1 does not exist in input [2, 3], expected 0..1");
    }

    @Test
    void partsThatDifferInAnotherDimensionAreRefused() {
        assertThatThrownBy(() -> Tensor.concatenate(1, X, X, Tensor.full(0, 3, 3)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("[concatenate]: operand 2 has shape [3, 3], which differs from [2, 3] of operand 0 in more"
                        + " than dimension 1");
        assertThatThrownBy(() -> Tensor.concatenate(1, X, Tensor.full(0, 2)))
                .hasMessageStartingWith("[concatenate]: operand 1 has shape [2], which differs");
        assertThatThrownBy(() -> new Concatenate(0).shape(List.of()))
                .hasMessage("[concatenate]: expects at least one operand, got none");
    }
}
