package org.skipjack.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.skipjack.core.Device;
import org.skipjack.nn.AvgPool2d;
import org.skipjack.nn.BatchNorm2d;
import org.skipjack.nn.Conv2d;
import org.skipjack.nn.Flatten;
import org.skipjack.nn.Linear;
import org.skipjack.nn.Sequential;
import org.skipjack.nn.Sigmoid;
import org.skipjack.train.Trainer;
import org.skipjack.train.TrainingOptions;
import org.skipjack.train.data.FashionMnist;
import org.skipjack.train.run.Weights;

/** The ten lines of the README; a test holds the two together. */
public final class TenLines {
    private TenLines() {}

    /** Trains a small net on Fashion-MNIST for one epoch and leaves its weights in the working folder. */
    public static void main(String[] args) throws IOException {
        var net = new Sequential(
                new Conv2d(1, 6, 5),
                new BatchNorm2d(6),
                new Sigmoid(),
                new AvgPool2d(2),
                new Flatten(),
                new Linear(6 * 12 * 12, 10));
        var trainer = new Trainer(net.to(Device.tryGpu()), TrainingOptions.of(1, 256, 0.5f));
        trainer.fit(FashionMnist.train(), FashionMnist.test()).summary().forEach(IO::println);
        Weights.write(Path.of("ten-lines.safetensors"), net, Map.of("format", "pt"));
    }
}
