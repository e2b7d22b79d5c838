package org.skipjack.nn.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.skipjack.core.ShapeMismatchException;
import org.skipjack.core.Tensor;
import org.skipjack.nn.Module;
import org.skipjack.nn.Sequential;

/** The tutorial's blocks: shapes, names, and shortcuts that do not fit. */
class ResidualTest {
    private static final Tensor X = Tensor.full(1, 4, 3, 6, 6);

    private static int[] shape(Module block) {
        return block.call(X).shape().dims();
    }

    @Test
    void keepsTheShapeWithTheIdentityAsShortcut() {
        assertThat(shape(new Residual(3, 3))).containsExactly(4, 3, 6, 6);
        assertThat(shape(new PreactResidual(3, 3))).containsExactly(4, 3, 6, 6);
    }

    @Test
    void changesChannelsAndHalvesExtentsWithA1x1ConvolutionAsShortcut() {
        assertThat(shape(new Residual(3, 6, true, 2))).containsExactly(4, 6, 3, 3);
        assertThat(shape(new PreactResidual(3, 6, true, 2))).containsExactly(4, 6, 3, 3);
        assertThat(shape(new BasicBlock(3, 6, 2))).containsExactly(4, 6, 3, 3);
        assertThat(shape(new Bottleneck(3, 6, 2))).containsExactly(4, 24, 3, 3);
    }

    @Test
    void hasTheTutorialsNames() {
        assertThat(new Residual(3, 6, true, 2).stateDict().keySet())
                .startsWith("conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias", "conv3.weight", "conv3.bias")
                .endsWith("bn2.weight", "bn2.bias", "bn2.running_mean", "bn2.running_var", "bn2.num_batches_tracked")
                .hasSize(16);
        assertThat(new Residual(3, 3).namedChildren().keySet()).containsExactly("conv1", "conv2", "bn1", "bn2");
    }

    @Test
    void startsAsTheRectifiedShortcutIfTheLastScaleIsZero() {
        var block = new BasicBlock(3, 3, 1);
        block.zeroInitResidual();
        assertThat(block.call(X).toFloatArray()).containsOnly(1);
        var bottleneck = new Bottleneck(12, 3, 1);
        bottleneck.zeroInitResidual();
        assertThat(bottleneck.call(Tensor.full(1, 2, 12, 4, 4)).toFloatArray()).containsOnly(1);
    }

    @Test
    void refusesAShortcutOfOtherShapeAndNamesTheRemedy() {
        for (Module block : new Module[] {new Residual(3, 6), new PreactResidual(3, 6)}) {
            var net = new Sequential(new Sequential(block));
            assertThatThrownBy(() -> net.call(X))
                    .isInstanceOf(ShapeMismatchException.class)
                    .hasMessage(
                            "[residual] at 0.0: the shortcut gives [4, 3, 6, 6], the convolutions [4, 6, 6, 6], so they"
                                    + " cannot be added; input [4, 3, 6, 6]; set use1x1Conv, which brings the shortcut to the"
                                    + " block's channels and stride");
        }
        assertThatThrownBy(() -> new Residual(3, 3, false, 2).call(X))
                .hasMessageContaining("the convolutions [4, 3, 3, 3]")
                .hasMessageContaining("set use1x1Conv");
    }

    @Test
    void refusesAShortcutThatBroadcastingWouldHide() {
        assertThatThrownBy(() -> new Residual(1, 6).call(Tensor.full(1, 4, 1, 6, 6)))
                .hasMessageContaining("the shortcut gives [4, 1, 6, 6], the convolutions [4, 6, 6, 6]");
    }

    @Test
    void refusesOtherChannelsByTheNameOfTheConvolution() {
        assertThatThrownBy(() -> new Sequential(new Residual(4, 6, true, 1)).call(X))
                .hasMessageStartingWith("[conv2d] at 0.conv1: input has 3 channels, weight expects 4");
    }
}
