package org.skipjack.cli;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Device;
import org.skipjack.nn.Init;
import org.skipjack.nn.Module;
import org.skipjack.nn.models.ModelProvider;
import org.skipjack.nn.models.TrainingDefaults;
import org.skipjack.train.Trainer;
import org.skipjack.train.TrainingOptions;
import org.skipjack.train.TrainingResult;
import org.skipjack.train.data.ImageDataset;
import org.skipjack.train.run.RunDescription;
import org.skipjack.train.run.RunFolder;
import org.skipjack.train.run.RunRecorder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code skipjack train MODEL}: trains as the tutorial does and keeps the run in a folder. */
@Command(
        name = "train",
        description = "Train a model; its run is kept in a folder with metrics, curves, options and weights.",
        footer = {"", "Example: skipjack train lenet-bn --epochs 1"})
final class TrainCommand implements Callable<Integer> {

    private static final Path RUNS = Path.of("runs");

    private final Console console;

    @Spec
    private @Nullable CommandSpec command;

    @Parameters(
            paramLabel = "MODEL",
            completionCandidates = ModelNames.class,
            description = "One of ${COMPLETION-CANDIDATES}.")
    private String model = "";

    @Option(
            names = "--epochs",
            paramLabel = "N",
            description = "Passes over the training data. Default: the model's own.")
    private @Nullable Integer epochs;

    @Option(names = "--batch-size", paramLabel = "N", description = "Examples in a step. Default: the model's own.")
    private @Nullable Integer batchSize;

    @Option(
            names = "--learning-rate",
            paramLabel = "RATE",
            description = "Step size of gradient descent. Default: the model's own.")
    private @Nullable Float learningRate;

    @Option(names = "--momentum", paramLabel = "M", description = "Share of the last step that is kept. Default: 0.")
    private float momentum;

    @Option(names = "--nesterov", description = "Nesterov's kind of momentum; needs --momentum.")
    private boolean nesterov;

    @Option(
            names = "--weight-decay",
            paramLabel = "W",
            description = "Share of the weights that is added to their gradient. Default: 0.")
    private float weightDecay;

    @Option(
            names = "--seed",
            paramLabel = "SEED",
            description = "Determines initial weights and order of the examples. Default: 0.")
    private long seed;

    @Option(
            names = "--resize",
            paramLabel = "SIDE",
            description = "Resize the images to SIDE x SIDE. Default: the model's own.")
    private @Nullable Integer resize;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Folder of the run: new, empty, or that of an earlier run, which it replaces. "
                    + "Default: runs/MODEL-NUMBER.")
    private @Nullable Path out;

    @Option(
            names = "--check-numerics",
            description =
                    "If the loss becomes NaN or infinite, find the op and layer where that began: each step costs a "
                            + "copy of the weights.")
    private boolean checkNumerics;

    @Mixin
    private DataOptions data = new DataOptions();

    @Mixin
    private DeviceOptions devices = new DeviceOptions();

    TrainCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        ModelProvider provider = ModelNames.find(command, model);
        TrainingOptions options = options(provider.defaults());
        OptionalInt side = ImageSize.side(command, resize, provider);
        Device device = devices.open(console);
        console.out().println(device.describe());

        var source = data.source(console);
        ImageDataset train = ImageSize.resize(data.dataset().train(source), side);
        ImageDataset test = ImageSize.resize(data.dataset().test(source), side);
        int channels = train.exampleShape()[0];
        Module module =
                provider.create(channels, train.classes(), Init.generator(seed)).to(device);

        var description = new RunDescription(
                provider.name(),
                channels,
                train.classes(),
                data.dataset().toString(),
                side,
                options,
                Version.number(),
                environment(device, train, test));
        RunFolder run = out == null ? RunFolder.next(RUNS, description) : RunFolder.create(out, description);
        console.out().println("training on " + device);
        var trainer = new Trainer(module, options);
        if (checkNumerics) {
            trainer.checkNumerics();
        }
        return train(trainer, new RunRecorder(run, description, module, console::warn), run, train, test);
    }

    private int train(Trainer trainer, RunRecorder recorder, RunFolder run, ImageDataset train, ImageDataset test) {
        try (var interruption = new Interruption(console);
                var display = new TrainingDisplay(console)) {
            interruption.calls(trainer::stop);
            TrainingResult result = trainer.listen(display).listen(recorder).fit(train, test);
            if (result.stopped()) {
                console.out().println("stopped: " + result.epochs().size() + " epochs are complete; run folder " + run);
            } else {
                result.summary().forEach(console.out()::println);
                console.out()
                        .println(format(
                                ROOT,
                                "%.1f examples/sec end to end, with loading and evaluation",
                                result.endToEndExamplesPerSecond()));
                console.out().println("run folder " + run);
            }
            recorder.requireComplete();
            return result.stopped() ? ExitCode.INTERRUPTED : ExitCode.DONE;
        }
    }

    private TrainingOptions options(TrainingDefaults defaults) {
        try {
            return new TrainingOptions(
                    epochs == null ? defaults.epochs() : epochs,
                    batchSize == null ? defaults.batchSize() : batchSize,
                    learningRate == null ? defaults.learningRate() : learningRate,
                    momentum,
                    nesterov,
                    weightDecay,
                    seed);
        } catch (IllegalArgumentException e) {
            throw WrongUse.of(command, String.valueOf(e.getMessage()));
        }
    }

    private Map<String, String> environment(Device device, ImageDataset train, ImageDataset test) {
        var facts = new LinkedHashMap<String, String>();
        facts.put("device", device.describe());
        facts.put("convolution", devices.convolution());
        facts.put("without", devices.without());
        facts.put("java", Runtime.version() + ", " + System.getProperty("java.vendor", ""));
        facts.put("system", System.getProperty("os.name", "") + " " + System.getProperty("os.arch", ""));
        facts.put("train_sha256", train.sha256());
        facts.put("test_sha256", test.sha256());
        return facts;
    }
}
