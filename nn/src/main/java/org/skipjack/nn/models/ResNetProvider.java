package org.skipjack.nn.models;

import java.util.random.RandomGenerator;
import org.skipjack.nn.Module;

/**
 * Makes torchvision's ResNets known as {@code resnet18-tv}, {@code resnet34-tv}, {@code resnet50-tv}, {@code resnet101-tv}
 * and {@code resnet152-tv}: {@link ResNet} at each depth. The service loader wants a class for each.
 */
public abstract sealed class ResNetProvider implements ModelProvider {
    /** The tutorial's training of a ResNet: images of 96x96, 10 epochs of batches of 256, learning rate 0.05. */
    static final TrainingDefaults TUTORIAL = new TrainingDefaults(0.05f, 256, 10, 96);

    private final ResNet.Depth depth;
    private final int layers;

    private ResNetProvider(ResNet.Depth depth, int layers) {
        this.depth = depth;
        this.layers = layers;
    }

    @Override
    public final String name() {
        return "resnet" + layers + "-tv";
    }

    @Override
    public final String description() {
        return "ResNet-" + layers + " with torchvision's names and layers";
    }

    @Override
    public final Module create(int channels, int classes, RandomGenerator random) {
        return new ResNet(ResNet.layers(depth).channels(channels).classes(classes), random);
    }

    @Override
    public final TrainingDefaults defaults() {
        return TUTORIAL;
    }

    @Override
    public final int[] inputShape() {
        return new int[] {1, 28, 28};
    }

    /** {@code resnet18-tv}. */
    public static final class Layers18 extends ResNetProvider {
        /** For the service loader. */
        public Layers18() {
            super(ResNet.Depth.LAYERS_18, 18);
        }
    }

    /** {@code resnet34-tv}. */
    public static final class Layers34 extends ResNetProvider {
        /** For the service loader. */
        public Layers34() {
            super(ResNet.Depth.LAYERS_34, 34);
        }
    }

    /** {@code resnet50-tv}. */
    public static final class Layers50 extends ResNetProvider {
        /** For the service loader. */
        public Layers50() {
            super(ResNet.Depth.LAYERS_50, 50);
        }
    }

    /** {@code resnet101-tv}. */
    public static final class Layers101 extends ResNetProvider {
        /** For the service loader. */
        public Layers101() {
            super(ResNet.Depth.LAYERS_101, 101);
        }
    }

    /** {@code resnet152-tv}. */
    public static final class Layers152 extends ResNetProvider {
        /** For the service loader. */
        public Layers152() {
            super(ResNet.Depth.LAYERS_152, 152);
        }
    }
}
