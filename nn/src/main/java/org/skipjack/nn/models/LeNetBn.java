package org.skipjack.nn.models;

import java.util.random.RandomGenerator;
import org.skipjack.nn.AvgPool2d;
import org.skipjack.nn.BatchNorm1d;
import org.skipjack.nn.BatchNorm2d;
import org.skipjack.nn.Conv2d;
import org.skipjack.nn.Flatten;
import org.skipjack.nn.Init;
import org.skipjack.nn.Linear;
import org.skipjack.nn.Module;
import org.skipjack.nn.Sequential;
import org.skipjack.nn.Sigmoid;

/**
 * LeNet with batch normalisation as in <a href="https://d2l.ai">Dive into Deep Learning</a>: two convolutions and three
 * linear layers, all but the last followed by batch norm and sigmoid. Input {@code [N, channels, 28, 28]}, output logits
 * {@code [N, classes]}; 44,878 parameters for 1 channel and 10 classes.
 *
 * <p>Weights start by Xavier's rule, biases as PyTorch's.
 */
public final class LeNetBn extends Sequential {
    /** With initial values drawn from the generator. */
    public LeNetBn(int channels, int classes, RandomGenerator random) {
        super(
                new Conv2d(channels, 6, 5),
                new BatchNorm2d(6),
                new Sigmoid(),
                new AvgPool2d(2),
                new Conv2d(6, 16, 5),
                new BatchNorm2d(16),
                new Sigmoid(),
                new AvgPool2d(2),
                new Flatten(),
                new Linear(16 * 4 * 4, 120),
                new BatchNorm1d(120),
                new Sigmoid(),
                new Linear(120, 84),
                new BatchNorm1d(84),
                new Sigmoid(),
                new Linear(84, classes));
        reset(random).apply(Init.xavierWeights(random));
    }

    /** Makes it known as {@code lenet-bn}. */
    public static final class Provider implements ModelProvider {
        /** For the service loader. */
        public Provider() {}

        @Override
        public String name() {
            return "lenet-bn";
        }

        @Override
        public String description() {
            return "LeNet with batch normalisation after every layer but the last";
        }

        @Override
        public Module create(int channels, int classes, RandomGenerator random) {
            return new LeNetBn(channels, classes, random);
        }

        @Override
        public TrainingDefaults defaults() {
            return new TrainingDefaults(1.0f, 256, 10, 0);
        }

        @Override
        public int[] inputShape() {
            return new int[] {1, 28, 28};
        }
    }
}
