package org.skipjack.examples;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import org.skipjack.core.Device;
import org.skipjack.nn.Init;
import org.skipjack.nn.Module;
import org.skipjack.nn.models.LeNetBn;
import org.skipjack.train.EpochResult;
import org.skipjack.train.Trainer;
import org.skipjack.train.TrainingListener;
import org.skipjack.train.TrainingOptions;
import org.skipjack.train.data.FashionMnist;

/** The chapter on batch normalisation: LeNet with the layer from scratch, what it learnt, and the concise version. */
public final class BatchNormChapter {
    private BatchNormChapter() {}

    /** Trains both nets on Fashion-MNIST, ten epochs each unless the first argument says otherwise. */
    public static void main(String[] args) throws IOException {
        int epochs = args.length > 0 ? Integer.parseInt(args[0]) : 10;
        var scratch = new LeNetBnScratch(1, 10, Init.generator(0));
        train(scratch, epochs);
        var norm = (BatchNorm) scratch.get(1);
        IO.println("gamma " + Arrays.toString(norm.gamma().toFloatArray()));
        IO.println("beta  " + Arrays.toString(norm.beta().toFloatArray()));

        train(new LeNetBn(1, 10, Init.generator(0)), epochs);
    }

    private static void train(Module net, int epochs) throws IOException {
        IO.println(net + " on " + Device.tryGpu().describe());
        var trainer = new Trainer(net.to(Device.tryGpu()), TrainingOptions.of(epochs, 256, 1.0f));
        trainer.listen(new TrainingListener() {
            @Override
            public void onEpoch(EpochResult e) {
                IO.println(String.format(Locale.ROOT, "epoch %d, loss %.3f", e.epoch(), e.trainLoss()));
            }
        });
        trainer.fit(FashionMnist.train(), FashionMnist.test()).summary().forEach(IO::println);
    }
}
