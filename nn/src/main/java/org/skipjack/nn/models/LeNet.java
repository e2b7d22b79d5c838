package org.skipjack.nn.models;

import java.util.random.RandomGenerator;
import org.skipjack.nn.AvgPool2d;
import org.skipjack.nn.Conv2d;
import org.skipjack.nn.Flatten;
import org.skipjack.nn.Init;
import org.skipjack.nn.Linear;
import org.skipjack.nn.Module;
import org.skipjack.nn.Sequential;
import org.skipjack.nn.Sigmoid;

/**
 * LeNet as in chapter 6 of <a href="https://d2l.ai">Dive into Deep Learning</a>: two convolutions with sigmoid and average
 * pooling, then three linear layers. Input {@code [N, channels, 28, 28]}, output logits {@code [N, classes]}.
 *
 * <p>Weights start by Xavier's rule, biases as PyTorch's. LeCun et al. 1998.
 */
public final class LeNet extends Sequential {
    /** With initial values drawn from the generator. */
    public LeNet(int channels, int classes, RandomGenerator random) {
        super(
                new Conv2d(channels, 6, Conv2d.kernel(5).padding(2)),
                new Sigmoid(),
                new AvgPool2d(2),
                new Conv2d(6, 16, 5),
                new Sigmoid(),
                new AvgPool2d(2),
                new Flatten(),
                new Linear(16 * 5 * 5, 120),
                new Sigmoid(),
                new Linear(120, 84),
                new Sigmoid(),
                new Linear(84, classes));
        reset(random).apply(Init.xavierWeights(random));
    }

    /** Makes it known as {@code lenet}. */
    public static final class Provider implements ModelProvider {
        /** For the service loader. */
        public Provider() {}

        @Override
        public String name() {
            return "lenet";
        }

        @Override
        public String description() {
            return "LeNet with sigmoid and average pooling";
        }

        @Override
        public Module create(int channels, int classes, RandomGenerator random) {
            return new LeNet(channels, classes, random);
        }

        @Override
        public TrainingDefaults defaults() {
            return new TrainingDefaults(0.9f, 256, 10, 0);
        }

        @Override
        public int[] inputShape() {
            return new int[] {1, 28, 28};
        }
    }
}
