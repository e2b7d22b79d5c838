package org.skipjack.nn.models;

import java.util.Optional;
import org.skipjack.core.Tensor;
import org.skipjack.nn.BatchNorm2d;
import org.skipjack.nn.Conv2d;
import org.skipjack.nn.Module;
import org.skipjack.nn.Sequential;

/**
 * torchvision's block of ResNet-18 and 34: {@code y = relu(bn2(conv2(relu(bn1(conv1(x))))) + downsample(x))}, with 3x3
 * convolutions without bias.
 *
 * <p>Shapes: {@code [N, in, H, W]} becomes {@code [N, width, ⌈H / stride⌉, ⌈W / stride⌉]}. Children: {@code conv1} (the
 * stride), {@code bn1}, {@code conv2}, {@code bn2} and, where channels or extents change, {@code downsample}: a 1x1
 * convolution {@code 0} and a batch norm {@code 1}; elsewhere the shortcut is the identity.
 *
 * <p>Follows <a href="https://pytorch.org/vision/stable/models/resnet.html">torchvision.models.resnet</a>.
 */
public final class BasicBlock extends Module {
    private final Conv2d conv1;
    private final BatchNorm2d bn1;
    private final Conv2d conv2;
    private final BatchNorm2d bn2;
    private final Optional<Sequential> downsample;

    /**
     * A block with the shortcut that it needs.
     *
     * @param in channels of the input
     * @param width channels of the result
     * @param stride step of the first convolution and of the shortcut
     */
    public BasicBlock(int in, int width, int stride) {
        conv1 = child("conv1", new Conv2d(in, width, spanningThree(stride)));
        bn1 = child("bn1", new BatchNorm2d(width));
        conv2 = child("conv2", new Conv2d(width, width, spanningThree(1)));
        bn2 = child("bn2", new BatchNorm2d(width));
        downsample = downsample(in, width, stride).map(d -> child("downsample", d));
    }

    /** A 3x3 kernel without bias that keeps the extents but for its stride. */
    static Conv2d.Options spanningThree(int stride) {
        return Conv2d.kernel(3).padding(1).stride(stride).bias(false);
    }

    /** The shortcut's convolution and batch norm; empty where the identity fits. */
    static Optional<Sequential> downsample(int in, int out, int stride) {
        if (stride == 1 && in == out) {
            return Optional.empty();
        }
        var conv = new Conv2d(in, out, Conv2d.kernel(1).stride(stride).bias(false));
        return Optional.of(new Sequential(conv, new BatchNorm2d(out)));
    }

    @Override
    public Tensor forward(Tensor x) {
        Tensor y = bn1.call(conv1.call(x)).relu();
        y = bn2.call(conv2.call(y));
        return y.add(downsample.isPresent() ? downsample.get().call(x) : x).relu();
    }

    /** Sets the scale of the last batch norm to zero, so that the block starts as its shortcut; Goyal et al. 2017. */
    public void zeroInitResidual() {
        bn2.weight().orElseThrow().fill(0);
    }
}
