package org.skipjack.nn.models;

import java.util.Optional;
import org.skipjack.core.ShapeMismatchException;
import org.skipjack.core.Tensor;
import org.skipjack.nn.BatchNorm2d;
import org.skipjack.nn.Conv2d;
import org.skipjack.nn.Module;

/**
 * The residual block with activation before convolution, an exercise of <a
 * href="https://d2l.ai/chapter_convolutional-modern/resnet.html">Dive into Deep Learning</a>: with {@code a =
 * relu(bn1(x))}, {@code y = conv2(relu(bn2(conv1(a)))) + shortcut}. Nothing follows the sum, so the shortcuts of a stack of
 * blocks make one clear path. The shortcut is {@code x} or a 1x1 convolution of {@code a}.
 *
 * <p>Shapes: {@code [N, inputChannels, H, W]} becomes {@code [N, numChannels, ⌈H / strides⌉, ⌈W / strides⌉]}. Children:
 * {@code bn1}, {@code conv1} (3x3, padding 1, the stride), {@code bn2}, {@code conv2} (3x3, padding 1), {@code conv3} (1x1,
 * the stride; only if asked for); all convolutions have a bias.
 *
 * <p>He et al. 2016, "Identity mappings in deep residual networks".
 */
public final class PreactResidual extends Module {
    private final BatchNorm2d bn1;
    private final Conv2d conv1;
    private final BatchNorm2d bn2;
    private final Conv2d conv2;
    private final Optional<Conv2d> conv3;

    /** With the identity as shortcut and stride 1. */
    public PreactResidual(int inputChannels, int numChannels) {
        this(inputChannels, numChannels, false, 1);
    }

    /**
     * With any shortcut and stride.
     *
     * @param use1x1Conv whether the shortcut is a 1x1 convolution, as it must be where channels or extents change
     * @param strides step of the first convolution and of the shortcut
     */
    public PreactResidual(int inputChannels, int numChannels, boolean use1x1Conv, int strides) {
        bn1 = child("bn1", new BatchNorm2d(inputChannels));
        conv1 = child("conv1", new Conv2d(inputChannels, numChannels, Residual.spanningThree(strides)));
        bn2 = child("bn2", new BatchNorm2d(numChannels));
        conv2 = child("conv2", new Conv2d(numChannels, numChannels, Residual.spanningThree(1)));
        conv3 = use1x1Conv
                ? Optional.of(child(
                        "conv3",
                        new Conv2d(inputChannels, numChannels, Conv2d.kernel(1).stride(strides))))
                : Optional.empty();
    }

    /**
     * Convolves and adds the shortcut.
     *
     * @throws ShapeMismatchException if the channels do not fit, or if the shortcut's shape is not the convolutions'
     */
    @Override
    public Tensor forward(Tensor x) {
        Tensor activated = bn1.call(x).relu();
        Tensor y = conv1.call(activated);
        y = conv2.call(bn2.call(y).relu());
        return Residual.sum(x, y, conv3.isPresent() ? conv3.get().call(activated) : x);
    }
}
