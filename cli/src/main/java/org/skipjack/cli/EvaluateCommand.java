package org.skipjack.cli;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Device;
import org.skipjack.nn.Module;
import org.skipjack.train.Evaluator;
import org.skipjack.train.Score;
import org.skipjack.train.data.DataLoader;
import org.skipjack.train.data.ImageDataset;
import org.skipjack.train.exchange.StoredModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code skipjack evaluate RUN|FILE}: tests trained weights. */
@Command(
        name = "evaluate",
        description = "Test trained weights on the test half of a data set.",
        footer = {"", "Example: skipjack evaluate runs/lenet-bn-1"})
final class EvaluateCommand implements Callable<Integer> {

    private final Console console;

    @Spec
    private @Nullable CommandSpec command;

    @Mixin
    private ModelFileOptions file = new ModelFileOptions();

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            defaultValue = "256",
            description = "Examples at a time. Default: ${DEFAULT-VALUE}.")
    private int batchSize = 256;

    @Mixin
    private DataOptions data = new DataOptions();

    @Mixin
    private DeviceOptions devices = new DeviceOptions();

    EvaluateCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        if (batchSize < 1) {
            throw WrongUse.of(command, "--batch-size is " + batchSize + ", expected at least 1");
        }
        StoredModel stored = file.open();
        if (stored.transform().shorterSide().isPresent()) {
            throw WrongUse.of(
                    command,
                    "the model takes the middle of pictures, a data set's images are whole; give --resize "
                            + stored.height());
        }
        Published dataset = dataset(stored);
        Device device = devices.open(console);
        ImageDataset test = dataset.test(data.source(console)).resize(stored.height(), stored.width());
        Module module = stored.ofUnitInterval().to(device);

        Score score =
                Evaluator.evaluate(module, DataLoader.builder(test, batchSize).build());
        console.out()
                .println(format(
                        ROOT,
                        "%s on %s: test loss %.3f, test acc %.3f over %d examples",
                        stored.model(),
                        dataset,
                        score.loss(),
                        score.accuracy(),
                        score.examples()));
        console.out().println(format(ROOT, "%.1f examples/sec on %s", score.examples() / score.seconds(), device));
        return ExitCode.DONE;
    }

    private Published dataset(StoredModel stored) {
        String name = stored.dataset().orElse(Published.FASHION_MNIST.toString());
        return data.named()
                .or(() -> Published.named(name))
                .orElseThrow(() -> WrongUse.of(
                        command, "the weights are of data set '" + name + "'; give --dataset to test on another"));
    }
}
