package org.skipjack.benchmarks;

import static org.bytedeco.pytorch.global.torch.adaptive_avg_pool2d;
import static org.bytedeco.pytorch.global.torch.relu;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.BatchNorm2dImpl;
import org.bytedeco.pytorch.BatchNormOptions;
import org.bytedeco.pytorch.Conv2dImpl;
import org.bytedeco.pytorch.Conv2dOptions;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.MaxPool2dImpl;
import org.bytedeco.pytorch.MaxPool2dOptions;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.ReLUImpl;
import org.bytedeco.pytorch.SequentialImpl;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The tutorial's ResNet-18. Java calls each layer of a block, some seventy calls of a microsecond a forward pass; LibTorch's
 * {@code Sequential} takes no module that is written in Java.
 */
final class LibTorchResNet18 extends LibTorchNet {
    private static final int STAGES = 4;
    private static final int WIDTH = 64;

    private final Module net = kept(new Module());
    private final SequentialImpl stem = kept(new SequentialImpl());
    private final List<Residual> blocks = new ArrayList<>();
    private final LinearImpl head = kept(new LinearImpl(WIDTH << (STAGES - 1), Net.CLASSES));

    LibTorchResNet18() {
        stem.push_back(convolution(1, WIDTH, 7, 2, 3));
        stem.push_back(batchNorm(WIDTH));
        stem.push_back(kept(new ReLUImpl()));
        var pooling = new MaxPool2dOptions(square(3));
        pooling.stride().put(square(2));
        pooling.padding().put(square(1));
        stem.push_back(kept(new MaxPool2dImpl(pooling)));
        net.register_module("0", stem);
        for (int stage = 0; stage < STAGES; stage++) {
            Module modules = kept(new Module());
            net.register_module(Integer.toString(stage + 1), modules);
            int channels = WIDTH << stage;
            boolean halves = stage > 0;
            add(modules, "0", new Residual(halves ? channels / 2 : channels, channels, halves));
            add(modules, "1", new Residual(channels, channels, false));
        }
        // 5 and 6 are the global pooling and the flattening, which have no variables.
        net.register_module("7", head);
    }

    private void add(Module stage, String name, Residual block) {
        stage.register_module(name, block.module);
        blocks.add(block);
    }

    private Conv2dImpl convolution(int in, int out, int kernel, int stride, int padding) {
        var options = new Conv2dOptions(in, out, square(kernel));
        options.stride().put(square(stride));
        options.padding().put(square(padding));
        return kept(new Conv2dImpl(options));
    }

    private BatchNorm2dImpl batchNorm(int channels) {
        return kept(new BatchNorm2dImpl(new BatchNormOptions(channels)));
    }

    @Override
    Module module() {
        return net;
    }

    @Override
    Tensor forward(Tensor images) {
        Tensor x = stem.forward(images);
        for (Residual block : blocks) {
            x = block.forward(x);
        }
        return head.forward(adaptive_avg_pool2d(x, 1, 1).flatten(1, -1));
    }

    /** {@code relu(bn2(conv2(relu(bn1(conv1(x))))) + conv3(x))}, where {@code conv3} is there if the block halves the image. */
    private final class Residual {
        private final Module module = kept(new Module());
        private final Conv2dImpl conv1;
        private final Conv2dImpl conv2;
        private final @Nullable Conv2dImpl conv3;
        private final BatchNorm2dImpl bn1;
        private final BatchNorm2dImpl bn2;

        Residual(int in, int out, boolean halves) {
            int stride = halves ? 2 : 1;
            conv1 = convolution(in, out, 3, stride, 1);
            conv2 = convolution(out, out, 3, 1, 1);
            conv3 = halves ? convolution(in, out, 1, stride, 0) : null;
            bn1 = batchNorm(out);
            bn2 = batchNorm(out);
            module.register_module("conv1", conv1);
            module.register_module("conv2", conv2);
            if (conv3 != null) {
                module.register_module("conv3", conv3);
            }
            module.register_module("bn1", bn1);
            module.register_module("bn2", bn2);
        }

        Tensor forward(Tensor x) {
            Tensor y = relu(bn1.forward(conv1.forward(x)));
            y = bn2.forward(conv2.forward(y));
            return relu(y.add_(conv3 == null ? x : conv3.forward(x)));
        }
    }
}
