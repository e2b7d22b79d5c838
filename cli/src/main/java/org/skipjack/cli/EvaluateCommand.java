package org.skipjack.cli;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Device;
import org.skipjack.nn.Init;
import org.skipjack.nn.Module;
import org.skipjack.nn.models.ModelProvider;
import org.skipjack.train.Evaluator;
import org.skipjack.train.Score;
import org.skipjack.train.data.DataLoader;
import org.skipjack.train.data.ImageDataset;
import org.skipjack.train.run.RunFolder;
import org.skipjack.train.run.Weights;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
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

    @Parameters(paramLabel = "RUN|FILE", description = "Folder of a run, or a safetensors file.")
    private Path weights = Path.of("");

    @Option(
            names = "--model",
            paramLabel = "MODEL",
            completionCandidates = ModelNames.class,
            description = "One of ${COMPLETION-CANDIDATES}. Default: what the weights say.")
    private @Nullable String model;

    @Option(names = "--resize", paramLabel = "SIDE", description = "Side of the images. Default: what the weights say.")
    private @Nullable Integer resize;

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
        Path file = RunFolder.weightsOf(weights);
        Weights stored = Weights.read(file);
        ModelProvider provider = ModelNames.find(command, modelName(stored, file));
        OptionalInt side = resize == null ? stored.number("resize") : ImageSize.side(command, resize, provider);
        Published dataset = dataset(stored);
        Device device = devices.open(console);

        ImageDataset test = ImageSize.resize(dataset.test(data.source(console)), side);
        int channels = stored.number("channels").orElse(test.exampleShape()[0]);
        int classes = stored.number("classes").orElse(test.classes());
        Module module = provider.create(channels, classes, Init.generator(0)).to(device);
        stored.loadInto(module);

        Score score =
                Evaluator.evaluate(module, DataLoader.builder(test, batchSize).build());
        console.out()
                .println(format(
                        ROOT,
                        "%s on %s: test loss %.3f, test acc %.3f over %d examples",
                        provider.name(),
                        dataset,
                        score.loss(),
                        score.accuracy(),
                        score.examples()));
        console.out().println(format(ROOT, "%.1f examples/sec on %s", score.examples() / score.seconds(), device));
        return ExitCode.DONE;
    }

    private String modelName(Weights stored, Path file) {
        if (model != null) {
            return model;
        }
        return stored.metadata("model")
                .orElseThrow(() -> WrongUse.of(command, file + " does not say which model it is of; give --model"));
    }

    private Published dataset(Weights stored) {
        String name = stored.metadata("dataset").orElse(Published.FASHION_MNIST.toString());
        return data.named()
                .or(() -> Published.named(name))
                .orElseThrow(() -> WrongUse.of(
                        command, "the weights are of data set '" + name + "'; give --dataset to test on another"));
    }
}
