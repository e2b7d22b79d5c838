package org.skipjack.benchmarks;

import org.bytedeco.pytorch.AvgPool2dImpl;
import org.bytedeco.pytorch.BatchNorm1dImpl;
import org.bytedeco.pytorch.BatchNorm2dImpl;
import org.bytedeco.pytorch.BatchNormOptions;
import org.bytedeco.pytorch.Conv2dImpl;
import org.bytedeco.pytorch.FlattenImpl;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.SequentialImpl;
import org.bytedeco.pytorch.SigmoidImpl;
import org.bytedeco.pytorch.Tensor;

/** LeNet with batch normalisation in one native {@code Sequential}: Java calls it once, not once a layer. */
final class LibTorchLeNetBn extends LibTorchNet {
    private final SequentialImpl net = kept(new SequentialImpl());

    LibTorchLeNetBn() {
        net.push_back(kept(new Conv2dImpl(1, 6, square(5))));
        net.push_back(kept(new BatchNorm2dImpl(new BatchNormOptions(6))));
        net.push_back(kept(new SigmoidImpl()));
        net.push_back(kept(new AvgPool2dImpl(square(2))));
        net.push_back(kept(new Conv2dImpl(6, 16, square(5))));
        net.push_back(kept(new BatchNorm2dImpl(new BatchNormOptions(16))));
        net.push_back(kept(new SigmoidImpl()));
        net.push_back(kept(new AvgPool2dImpl(square(2))));
        net.push_back(kept(new FlattenImpl()));
        net.push_back(kept(new LinearImpl(256, 120)));
        net.push_back(kept(new BatchNorm1dImpl(new BatchNormOptions(120))));
        net.push_back(kept(new SigmoidImpl()));
        net.push_back(kept(new LinearImpl(120, 84)));
        net.push_back(kept(new BatchNorm1dImpl(new BatchNormOptions(84))));
        net.push_back(kept(new SigmoidImpl()));
        net.push_back(kept(new LinearImpl(84, Net.CLASSES)));
    }

    @Override
    Module module() {
        return net;
    }

    @Override
    Tensor forward(Tensor images) {
        return net.forward(images);
    }
}
