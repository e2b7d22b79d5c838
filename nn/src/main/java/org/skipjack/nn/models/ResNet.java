package org.skipjack.nn.models;

import java.util.ArrayList;
import java.util.List;
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
import org.skipjack.nn.Nonlinearity;
import org.skipjack.nn.Relu;
import org.skipjack.nn.Sequential;

/**
 * torchvision's ResNet, name by name and value by value, so that its weights can be loaded: a 7x7 convolution and a maximum
 * pooling, four stages of {@link BasicBlock} or {@link Bottleneck}, global average pooling, a linear layer. Input {@code [N,
 * channels, H, W]}, output logits {@code [N, classes]}; 11,689,512 parameters for 18 layers, 3 channels and 1000 classes.
 *
 * <p>Convolutions have no bias and start normal with deviation {@code √(2 / fanOut)}, batch norms with scale 1, the linear
 * layer as PyTorch's. {@link ResNet18} is the tutorial's variant.
 *
 * <pre>{@code
 * var net = new ResNet(ResNet.layers(ResNet.Depth.LAYERS_50).channels(1).classes(10), Init.generator(0));
 * }</pre>
 *
 * <p>He et al. 2015; follows <a
 * href="https://pytorch.org/vision/stable/models/resnet.html">torchvision.models.resnet</a>.
 */
public final class ResNet extends Module {
    private static final int STAGES = 4;

    private final Conv2d conv1;
    private final BatchNorm2d bn1;
    private final Relu relu = new Relu();
    private final MaxPool2d maxpool = new MaxPool2d(3, 2, 1);
    private final List<Sequential> stages;
    private final AdaptiveAvgPool2d avgpool = new AdaptiveAvgPool2d(1);
    private final Flatten flatten = new Flatten();
    private final Linear fc;
    private final boolean zeroInitResidual;

    /** How many layers have weights, and so which blocks there are and how many. */
    public enum Depth {
        /** ResNet-18: basic blocks, 2, 2, 2 and 2. */
        LAYERS_18,
        /** ResNet-34: basic blocks, 3, 4, 6 and 3. */
        LAYERS_34,
        /** ResNet-50: bottlenecks, 3, 4, 6 and 3. */
        LAYERS_50,
        /** ResNet-101: bottlenecks, 3, 4, 23 and 3. */
        LAYERS_101,
        /** ResNet-152: bottlenecks, 3, 8, 36 and 3. */
        LAYERS_152;

        private int blocks(int stage) {
            return switch (this) {
                case LAYERS_18 -> 2;
                case LAYERS_34, LAYERS_50 -> List.of(3, 4, 6, 3).get(stage);
                case LAYERS_101 -> List.of(3, 4, 23, 3).get(stage);
                case LAYERS_152 -> List.of(3, 8, 36, 3).get(stage);
            };
        }

        private boolean hasBottlenecks() {
            return compareTo(LAYERS_50) >= 0;
        }
    }

    /** A net with initial values drawn from the generator; {@link #layers} gives the options. */
    public ResNet(Options options, RandomGenerator random) {
        int width = options.width();
        zeroInitResidual = options.zeroInitResidual();
        conv1 = child(
                "conv1",
                new Conv2d(
                        options.channels(),
                        width,
                        Conv2d.kernel(7).stride(2).padding(3).bias(false)));
        bn1 = child("bn1", new BatchNorm2d(width));
        child("relu", relu);
        child("maxpool", maxpool);
        var made = new ArrayList<Sequential>();
        int in = width;
        for (int stage = 0; stage < STAGES; stage++) {
            made.add(child("layer" + (stage + 1), stage(options.depth(), stage, in, width << stage)));
            in = out(options.depth(), width << stage);
        }
        stages = List.copyOf(made);
        child("avgpool", avgpool);
        fc = child("fc", new Linear(in, options.classes()));
        reset(random);
    }

    /** torchvision's defaults for that depth: 3 channels, 1000 classes, width 64, no zero initialisation. */
    public static Options layers(Depth depth) {
        return new Options(depth, 3, 1000, 64, false);
    }

    private static int out(Depth depth, int width) {
        return depth.hasBottlenecks() ? Bottleneck.EXPANSION * width : width;
    }

    private static Sequential stage(Depth depth, int stage, int in, int width) {
        var blocks = new Module[depth.blocks(stage)];
        for (int i = 0; i < blocks.length; i++) {
            int blockIn = i == 0 ? in : out(depth, width);
            int stride = i == 0 && stage > 0 ? 2 : 1;
            blocks[i] = depth.hasBottlenecks()
                    ? new Bottleneck(blockIn, width, stride)
                    : new BasicBlock(blockIn, width, stride);
        }
        return new Sequential(blocks);
    }

    /** Draws the net's own initial values over those that its layers have drawn by themselves before, as torchvision does. */
    @Override
    protected void resetParameters(RandomGenerator random) {
        apply(module -> {
            if (module instanceof Conv2d conv) {
                Init.kaimingNormal(conv.weight(), Init.Fan.OUT, Nonlinearity.RELU.gain(), random);
            }
        });
        if (zeroInitResidual) {
            apply(ResNet::startAsShortcut);
        }
    }

    private static void startAsShortcut(Module module) {
        switch (module) {
            case BasicBlock block -> block.zeroInitResidual();
            case Bottleneck block -> block.zeroInitResidual();
            default -> {}
        }
    }

    /**
     * The logits.
     *
     * @throws org.skipjack.core.ShapeMismatchException if the channels differ or the images are too small, saying which
     *     would do
     */
    @Override
    public Tensor forward(Tensor x) {
        return ImageCheck.forward(this, x, this::logits);
    }

    private Tensor logits(Tensor x) {
        Tensor y = maxpool.call(relu.call(bn1.call(conv1.call(x))));
        for (Sequential stage : stages) {
            y = stage.call(y);
        }
        return fc.call(flatten.call(avgpool.call(y)));
    }

    /**
     * What can be chosen; {@link ResNet#layers} gives the defaults, the methods change one thing each.
     *
     * @param depth number of layers
     * @param channels channels of an input image
     * @param classes number of logits
     * @param width channels of the first stage's 3x3 convolutions, which each further stage doubles
     * @param zeroInitResidual whether each block starts as its shortcut, the scale of its last batch norm being zero; gains
     *     0.2 to 0.3 % on ImageNet, Goyal et al. 2017
     */
    public record Options(Depth depth, int channels, int classes, int width, boolean zeroInitResidual) {
        /** Another number of input channels. */
        public Options channels(int count) {
            return new Options(depth, count, classes, width, zeroInitResidual);
        }

        /** Another number of classes. */
        public Options classes(int count) {
            return new Options(depth, channels, count, width, zeroInitResidual);
        }

        /** Wider or narrower. */
        public Options width(int first) {
            return new Options(depth, channels, classes, first, zeroInitResidual);
        }

        /** Blocks that start as their shortcut, or not. */
        public Options zeroInitResidual(boolean zero) {
            return new Options(depth, channels, classes, width, zero);
        }
    }
}
