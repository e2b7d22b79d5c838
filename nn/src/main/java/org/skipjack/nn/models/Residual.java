package org.skipjack.nn.models;

import java.util.Optional;
import org.skipjack.core.ShapeMismatchException;
import org.skipjack.core.Tensor;
import org.skipjack.nn.BatchNorm2d;
import org.skipjack.nn.Conv2d;
import org.skipjack.nn.Module;

/**
 * The residual block of <a href="https://d2l.ai/chapter_convolutional-modern/resnet.html">Dive into Deep Learning</a>:
 * {@code y = relu(bn2(conv2(relu(bn1(conv1(x))))) + shortcut(x))}, where the shortcut is the identity or a 1x1 convolution
 * without batch norm.
 *
 * <p>Shapes: {@code [N, inputChannels, H, W]} becomes {@code [N, numChannels, ⌈H / strides⌉, ⌈W / strides⌉]}. Children:
 * {@code conv1} (3x3, padding 1, the stride), {@code conv2} (3x3, padding 1), {@code conv3} (1x1, the stride; only if asked
 * for), {@code bn1}, {@code bn2}; all convolutions have a bias.
 *
 * <pre>{@code
 * Tensor y = new Residual(3, 6, true, 2).call(Tensor.full(1, 4, 3, 6, 6)); // [4, 6, 3, 3]
 * }</pre>
 *
 * <p>He et al. 2015, "Deep residual learning for image recognition".
 */
public final class Residual extends Module {
    private final Conv2d conv1;
    private final Conv2d conv2;
    private final Optional<Conv2d> conv3;
    private final BatchNorm2d bn1;
    private final BatchNorm2d bn2;

    /** With the identity as shortcut and stride 1. */
    public Residual(int inputChannels, int numChannels) {
        this(inputChannels, numChannels, false, 1);
    }

    /**
     * With any shortcut and stride.
     *
     * @param use1x1Conv whether the shortcut is a 1x1 convolution, as it must be where channels or extents change
     * @param strides step of the first convolution and of the shortcut
     */
    public Residual(int inputChannels, int numChannels, boolean use1x1Conv, int strides) {
        conv1 = child("conv1", new Conv2d(inputChannels, numChannels, spanningThree(strides)));
        conv2 = child("conv2", new Conv2d(numChannels, numChannels, spanningThree(1)));
        conv3 = use1x1Conv
                ? Optional.of(child(
                        "conv3",
                        new Conv2d(inputChannels, numChannels, Conv2d.kernel(1).stride(strides))))
                : Optional.empty();
        bn1 = child("bn1", new BatchNorm2d(numChannels));
        bn2 = child("bn2", new BatchNorm2d(numChannels));
    }

    /** A 3x3 kernel that keeps the extents but for its stride. */
    static Conv2d.Options spanningThree(int stride) {
        return Conv2d.kernel(3).padding(1).stride(stride);
    }

    /**
     * Convolves and adds the shortcut.
     *
     * @throws ShapeMismatchException if the channels do not fit, or if the shortcut's shape is not the convolutions'
     */
    @Override
    public Tensor forward(Tensor x) {
        Tensor y = bn1.call(conv1.call(x)).relu();
        y = bn2.call(conv2.call(y));
        return sum(x, y, conv3.isPresent() ? conv3.get().call(x) : x).relu();
    }

    /** The sum of equal shapes: broadcasting would hide a shortcut of one channel or one pixel. */
    static Tensor sum(Tensor x, Tensor convolved, Tensor shortcut) {
        if (!shortcut.shape().equals(convolved.shape())) {
            throw new ShapeMismatchException(
                    "residual",
                    "the shortcut gives " + shortcut.shape() + ", the convolutions " + convolved.shape()
                            + ", so they cannot be added; input " + x.shape()
                            + "; set use1x1Conv, which brings the shortcut to the block's channels and stride");
        }
        return convolved.add(shortcut);
    }
}
