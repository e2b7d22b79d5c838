package org.skipjack.nn.models;

import java.util.Optional;
import org.skipjack.core.Tensor;
import org.skipjack.nn.BatchNorm2d;
import org.skipjack.nn.Conv2d;
import org.skipjack.nn.Module;
import org.skipjack.nn.Sequential;

/**
 * torchvision's block of ResNet-50 and deeper: a 1x1 convolution to {@code width} channels, a 3x3 one that carries the
 * stride, a 1x1 one to {@code 4 width} channels, each followed by batch norm, none with a bias; the shortcut is added before
 * the last rectifier.
 *
 * <p>Shapes: {@code [N, in, H, W]} becomes {@code [N, 4 width, ⌈H / stride⌉, ⌈W / stride⌉]}. Children: {@code conv1},
 * {@code bn1}, {@code conv2}, {@code bn2}, {@code conv3}, {@code bn3} and, where channels or extents change, {@code
 * downsample} as in {@link BasicBlock}.
 *
 * <p>The stride stands on the 3x3 convolution, unlike in He et al. 2015: "ResNet V1.5". Follows <a
 * href="https://pytorch.org/vision/stable/models/resnet.html">torchvision.models.resnet</a>.
 */
public final class Bottleneck extends Module {
    /** Channels of the result for each channel of the 3x3 convolution. */
    public static final int EXPANSION = 4;

    private final Conv2d conv1;
    private final BatchNorm2d bn1;
    private final Conv2d conv2;
    private final BatchNorm2d bn2;
    private final Conv2d conv3;
    private final BatchNorm2d bn3;
    private final Optional<Sequential> downsample;

    /**
     * A block with the shortcut that it needs.
     *
     * @param in channels of the input
     * @param width channels of the 3x3 convolution
     * @param stride its step and the shortcut's
     */
    public Bottleneck(int in, int width, int stride) {
        int out = EXPANSION * width;
        var pointwise = Conv2d.kernel(1).bias(false);
        conv1 = child("conv1", new Conv2d(in, width, pointwise));
        bn1 = child("bn1", new BatchNorm2d(width));
        conv2 = child("conv2", new Conv2d(width, width, BasicBlock.spanningThree(stride)));
        bn2 = child("bn2", new BatchNorm2d(width));
        conv3 = child("conv3", new Conv2d(width, out, pointwise));
        bn3 = child("bn3", new BatchNorm2d(out));
        downsample = BasicBlock.downsample(in, out, stride).map(d -> child("downsample", d));
    }

    @Override
    public Tensor forward(Tensor x) {
        Tensor y = bn1.call(conv1.call(x)).relu();
        y = bn2.call(conv2.call(y)).relu();
        y = bn3.call(conv3.call(y));
        return y.add(downsample.isPresent() ? downsample.get().call(x) : x).relu();
    }

    /** Sets the scale of the last batch norm to zero, so that the block starts as its shortcut; Goyal et al. 2017. */
    public void zeroInitResidual() {
        bn3.weight().orElseThrow().fill(0);
    }
}
