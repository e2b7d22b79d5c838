package org.skipjack.examples;

import java.util.random.RandomGenerator;
import org.skipjack.nn.AvgPool2d;
import org.skipjack.nn.Conv2d;
import org.skipjack.nn.Flatten;
import org.skipjack.nn.Init;
import org.skipjack.nn.Linear;
import org.skipjack.nn.Module;
import org.skipjack.nn.Sequential;
import org.skipjack.nn.Sigmoid;
import org.skipjack.nn.models.ModelProvider;
import org.skipjack.nn.models.TrainingDefaults;

/**
 * LeNet with the {@link BatchNorm} from scratch, otherwise {@code lenet-bn}: input {@code [N, channels, 28, 28]}, output
 * logits {@code [N, classes]}.
 */
public final class LeNetBnScratch extends Sequential {
    /** With initial values drawn from the generator. */
    public LeNetBnScratch(int channels, int classes, RandomGenerator random) {
        super(
                new Conv2d(channels, 6, 5),
                new BatchNorm(6, 4),
                new Sigmoid(),
                new AvgPool2d(2),
                new Conv2d(6, 16, 5),
                new BatchNorm(16, 4),
                new Sigmoid(),
                new AvgPool2d(2),
                new Flatten(),
                new Linear(16 * 4 * 4, 120),
                new BatchNorm(120, 2),
                new Sigmoid(),
                new Linear(120, 84),
                new BatchNorm(84, 2),
                new Sigmoid(),
                new Linear(84, classes));
        reset(random).apply(Init.xavierWeights(random));
    }

    /** Makes it known as {@code lenet-bn-scratch}. */
    public static final class Provider implements ModelProvider {
        /** For the service loader. */
        public Provider() {}

        @Override
        public String name() {
            return "lenet-bn-scratch";
        }

        @Override
        public String description() {
            return "LeNet with batch normalisation written from scratch";
        }

        @Override
        public Module create(int channels, int classes, RandomGenerator random) {
            return new LeNetBnScratch(channels, classes, random);
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
