package org.skipjack.nn.models;

import java.util.random.RandomGenerator;
import org.skipjack.core.Tensor;
import org.skipjack.nn.AdaptiveAvgPool2d;
import org.skipjack.nn.BatchNorm2d;
import org.skipjack.nn.Conv2d;
import org.skipjack.nn.Flatten;
import org.skipjack.nn.Init;
import org.skipjack.nn.Linear;
import org.skipjack.nn.MaxPool2d;
import org.skipjack.nn.Module;
import org.skipjack.nn.Relu;
import org.skipjack.nn.Sequential;

/**
 * ResNet-18 as in <a href="https://d2l.ai/chapter_convolutional-modern/resnet.html">Dive into Deep Learning</a>: a 7x7
 * convolution and a maximum pooling, four stages of two {@link Residual} blocks, global average pooling, a linear layer.
 * Input {@code [N, channels, H, W]}, output logits {@code [N, classes]}; 11,178,378 parameters for 1 channel and 10 classes.
 *
 * <p>Its convolutions have a bias and its shortcuts no batch norm; {@link ResNet} is torchvision's. Weights start by
 * Xavier's rule, biases as PyTorch's. Names are those of the tutorial's {@code nn.Sequential}: {@code 0.0.weight}, {@code
 * 1.0.conv1.weight}, {@code 7.weight}.
 */
public final class ResNet18 extends Sequential {
    /** Channels of the first stage, which each further stage doubles. */
    static final int WIDTH = 64;

    /** With initial values drawn from the generator. */
    public ResNet18(int channels, int classes, RandomGenerator random) {
        this(channels, classes, WIDTH, random);
    }

    /**
     * Wider or narrower.
     *
     * @param width channels of the first stage, which each further stage doubles; 64 in the tutorial
     */
    public ResNet18(int channels, int classes, int width, RandomGenerator random) {
        super(
                new Sequential(
                        new Conv2d(channels, width, Conv2d.kernel(7).stride(2).padding(3)),
                        new BatchNorm2d(width),
                        new Relu(),
                        new MaxPool2d(3, 2, 1)),
                resnetBlock(width, width, 2, true),
                resnetBlock(width, 2 * width, 2, false),
                resnetBlock(2 * width, 4 * width, 2, false),
                resnetBlock(4 * width, 8 * width, 2, false),
                new AdaptiveAvgPool2d(1),
                new Flatten(),
                new Linear(8 * width, classes));
        reset(random).apply(Init.xavierWeights(random));
    }

    /**
     * A stage of residual blocks; the first of them halves height and width and brings the channels to {@code numChannels},
     * unless it follows the pooling at the beginning of the net.
     *
     * @param firstBlock whether this is the net's first stage, which changes neither extents nor channels
     */
    public static Sequential resnetBlock(int inputChannels, int numChannels, int numResiduals, boolean firstBlock) {
        var blocks = new Module[numResiduals];
        for (int i = 0; i < numResiduals; i++) {
            blocks[i] = i == 0 && !firstBlock
                    ? new Residual(inputChannels, numChannels, true, 2)
                    : new Residual(i == 0 ? inputChannels : numChannels, numChannels);
        }
        return new Sequential(blocks);
    }

    /**
     * The logits.
     *
     * @throws org.skipjack.core.ShapeMismatchException if the channels differ or the images are too small, saying which
     *     would do
     */
    @Override
    public Tensor forward(Tensor x) {
        return ImageCheck.forward(this, x, super::forward);
    }

    /** Makes it known as {@code resnet18}. */
    public static final class Provider implements ModelProvider {
        /** For the service loader. */
        public Provider() {}

        @Override
        public String name() {
            return "resnet18";
        }

        @Override
        public String description() {
            return "ResNet-18 of the tutorial: biases, no batch norm on shortcuts";
        }

        @Override
        public Module create(int channels, int classes, RandomGenerator random) {
            return new ResNet18(channels, classes, random);
        }

        @Override
        public TrainingDefaults defaults() {
            return ResNetProvider.TUTORIAL;
        }

        @Override
        public int[] inputShape() {
            return new int[] {1, 28, 28};
        }
    }
}
