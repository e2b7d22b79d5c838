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
 * {@link ResNet18} of {@link PreactResidual} blocks. The first convolution has no batch norm and no rectifier of its own,
 * since the first block begins with them; the last sum gets both before the global average pooling. Input {@code [N,
 * channels, H, W]}, output logits {@code [N, classes]}.
 *
 * <p>He et al. 2016, "Identity mappings in deep residual networks". Weights start by Xavier's rule.
 */
public final class PreactResNet18 extends Sequential {
    /** With initial values drawn from the generator. */
    public PreactResNet18(int channels, int classes, RandomGenerator random) {
        this(channels, classes, ResNet18.WIDTH, random);
    }

    /**
     * Wider or narrower.
     *
     * @param width channels of the first stage, which each further stage doubles
     */
    public PreactResNet18(int channels, int classes, int width, RandomGenerator random) {
        super(
                new Sequential(
                        new Conv2d(channels, width, Conv2d.kernel(7).stride(2).padding(3)), new MaxPool2d(3, 2, 1)),
                new Sequential(new PreactResidual(width, width), new PreactResidual(width, width)),
                halving(width),
                halving(2 * width),
                halving(4 * width),
                new BatchNorm2d(8 * width),
                new Relu(),
                new AdaptiveAvgPool2d(1),
                new Flatten(),
                new Linear(8 * width, classes));
        reset(random).apply(Init.xavierWeights(random));
    }

    /** A stage that halves the extents and doubles the channels. */
    private static Sequential halving(int in) {
        return new Sequential(new PreactResidual(in, 2 * in, true, 2), new PreactResidual(2 * in, 2 * in));
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

    /** Makes it known as {@code resnet18-preact}. */
    public static final class Provider implements ModelProvider {
        /** For the service loader. */
        public Provider() {}

        @Override
        public String name() {
            return "resnet18-preact";
        }

        @Override
        public String description() {
            return "ResNet-18 with batch norm and rectifier before each convolution";
        }

        @Override
        public Module create(int channels, int classes, RandomGenerator random) {
            return new PreactResNet18(channels, classes, random);
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
