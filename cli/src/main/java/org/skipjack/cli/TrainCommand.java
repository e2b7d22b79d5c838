package org.skipjack.cli;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Device;
import org.skipjack.nn.Init;
import org.skipjack.nn.Module;
import org.skipjack.nn.models.ModelProvider;
import org.skipjack.train.DivergedException;
import org.skipjack.train.EpochResult;
import org.skipjack.train.Trainer;
import org.skipjack.train.TrainingOptions;
import org.skipjack.train.TrainingResult;
import org.skipjack.train.TrainingState;
import org.skipjack.train.checkpoint.CheckpointFolder;
import org.skipjack.train.checkpoint.Checkpointer;
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
        description = "Train a model; its run is kept in a folder with metrics, curves, options, "
                + "weights and checkpoints.",
        footer = {
            "",
            "Examples: skipjack train lenet-bn --epochs 1",
            "          skipjack train --resume runs/lenet-bn-1"
        })
final class TrainCommand implements Callable<Integer> {

    private static final Path RUNS = Path.of("runs");

    private final Console console;

    @Spec
    private @Nullable CommandSpec command;

    @Parameters(
            arity = "0..1",
            paramLabel = "MODEL",
            completionCandidates = ModelNames.class,
            description = "One of ${COMPLETION-CANDIDATES}. Not needed with --resume.")
    private @Nullable String model;

    @Mixin
    private TrainingChoices choices = new TrainingChoices();

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
    private FineTuningOptions fineTuning = new FineTuningOptions();

    @Mixin
    private CheckpointOptions checkpoints = new CheckpointOptions();

    @Mixin
    private DataOptions data = new DataOptions();

    @Mixin
    private DeviceOptions devices = new DeviceOptions();

    TrainCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        Optional<Path> run = checkpoints.resumed();
        return run.isPresent() ? resume(run.get()) : start();
    }

    private int start() throws IOException {
        if (model == null) {
            throw WrongUse.of(command, "Missing required parameter: 'MODEL'");
        }
        ModelProvider provider = ModelNames.find(command, model);
        TrainingOptions options = choices.options(provider.defaults());
        OptionalInt side = ImageSize.side(command, resize, provider);
        Device device = openDevice(options);
        var halves = Halves.load(data.dataset(), data.source(console), side);
        var described = new RunDescription(
                provider.name(),
                halves.train().exampleShape()[0],
                fineTuning.classes(halves.train().classes()),
                data.dataset().toString(),
                side,
                options,
                Version.number(),
                environment(device, halves));
        RunDescription description = checkpoints.describe(described);
        Module module = module(provider, description, device);
        fineTuning.start(module, provider.name(), console);
        // The model has drawn its values by the seed, and in its own way.
        var trainer = new Trainer(module, options).keepWeights();
        fineTuning.apply(description, trainer, module, console);
        try (RunFolder run = out == null ? RunFolder.next(RUNS, description) : RunFolder.create(out, description)) {
            console.out().println("training on " + device);
            return train(run, description, trainer, module, halves);
        }
    }

    private int resume(Path path) throws IOException {
        if (out != null) {
            throw WrongUse.of(command, "--out has no place beside --resume, which goes on in the folder of the run");
        }
        try (RunFolder run = RunFolder.reopen(path)) {
            var newest = new CheckpointFolder(run.checkpoints())
                    .newest(console::warn)
                    .orElseThrow(() -> WrongUse.of(
                            command, path + " ended before its first step and has no checkpoint; train anew"));
            RunDescription before = newest.checkpoint().description();
            refuseDifferences(path, before);
            TrainingState state = newest.checkpoint().state();
            TrainingOptions options =
                    choices.resumed(before.options(), state.position().epoch());
            RunDescription description = checkpoints.describe(before.withOptions(options));
            devices.follow(before.environment());
            Device device = openDevice(options);
            var halves = Halves.load(dataset(before), data.source(console), before.resize());
            halves.refuseOthers(before);
            Module module = module(ModelNames.find(command, before.model()), description, device);
            run.describe(description);
            console.out().println("training on " + device);
            console.out().println(whereFrom(newest.file(), state, options));
            var trainer = new Trainer(module, options).resume(state);
            fineTuning.apply(description, trainer, module, console);
            return train(run, description, trainer, module, halves);
        }
    }

    private static String whereFrom(Path file, TrainingState state, TrainingOptions options) {
        int completed = state.position().completedEpochs();
        int steps = state.position().stepsIntoEpoch();
        return completed >= options.epochs()
                ? "all " + completed + " epochs of this run are complete, nothing is left to do; --epochs adds some"
                : format(
                        ROOT,
                        "going on from %s: %d of %d epochs%s",
                        file,
                        completed,
                        options.epochs(),
                        steps == 0 ? "" : " and " + steps + " steps");
    }

    private Device openDevice(TrainingOptions options) {
        Device device = devices.open(console);
        console.out().println(device.describe());
        devices.adviseOnBatch(options.batchSize(), device, console);
        return device;
    }

    private static Module module(ModelProvider provider, RunDescription run, Device device) {
        return provider.create(
                        run.channels(),
                        run.classes(),
                        Init.generator(run.options().seed()))
                .to(device);
    }

    private Published dataset(RunDescription run) {
        return Published.named(run.dataset())
                .orElseThrow(
                        () -> WrongUse.of(command, "the run is of data set '" + run.dataset() + "', not known here"));
    }

    /** A given option that is not the run's would make another training of it. */
    private void refuseDifferences(Path path, RunDescription run) {
        var differences = new ArrayList<String>();
        TrainingChoices.compare(differences, "MODEL", model, run.model());
        TrainingChoices.compare(
                differences, "--dataset", data.named().map(Published::toString).orElse(null), run.dataset());
        TrainingChoices.compare(differences, "--resize", resize, run.resize().orElse(0));
        differences.addAll(choices.differences(run.options()));
        differences.addAll(devices.differences(run.environment()));
        differences.addAll(fineTuning.differences(run.environment()));
        if (!differences.isEmpty()) {
            throw WrongUse.of(
                    command,
                    path + " cannot go on with other options: " + String.join("; ", differences)
                            + ". Leave them out, or train anew");
        }
        if (!run.version().equals(Version.number())) {
            console.warn("the checkpoint is of version " + run.version() + ", this is " + Version.number()
                    + ": what follows may differ in the last bits");
        }
    }

    private int train(RunFolder run, RunDescription description, Trainer trainer, Module module, Halves halves) {
        if (checkNumerics) {
            trainer.checkNumerics();
        }
        var checkpointer = checkpoints.checkpointer(run, description, console);
        var recorder = new RunRecorder(run, description, module, console::warn);
        try (var interruption = new Interruption(console);
                var display = new TrainingDisplay(console)) {
            interruption.calls(trainer::stop, () -> checkpointer.present().map(file -> stopped(run, file)));
            // The checkpoint comes before what else is kept: if it cannot be written, nothing else need be tried.
            TrainingResult result = trainer.listen(interruption)
                    .listen(display)
                    .listen(checkpointer)
                    .listen(recorder)
                    .fit(halves.train(), halves.test());
            report(result, run, checkpointer);
            recorder.requireComplete();
            return result.stopped() ? interruption.exitCode() : ExitCode.DONE;
        } catch (DivergedException e) {
            throw checkpointer
                    .newest()
                    .map(file -> e.with("; the last good checkpoint is " + file))
                    .orElse(e);
        }
    }

    private static String stopped(RunFolder run, Path checkpoint) {
        return "stopped: the newest checkpoint is " + checkpoint.getFileName() + "; go on with skipjack train --resume "
                + run;
    }

    private void report(TrainingResult result, RunFolder run, Checkpointer checkpointer) {
        if (result.stopped()) {
            console.out()
                    .println(checkpointer
                            .newest()
                            .map(file -> stopped(run, file))
                            .orElse("stopped: no checkpoint could be kept, so there is nothing to go on from"));
            return;
        }
        result.summary().forEach(console.out()::println);
        console.out()
                .println(format(
                        ROOT,
                        "%.1f examples/sec end to end, with loading and evaluation",
                        result.endToEndExamplesPerSecond()));
        EpochResult.best(result.epochs())
                .filter(best -> best.epoch() < result.epochs().size())
                .ifPresent(best -> checkpointer
                        .afterEpoch(best.epoch())
                        .ifPresent(file -> console.out()
                                .println(format(
                                        ROOT,
                                        "best test acc %.3f, of epoch %d: %s",
                                        best.testAccuracy(),
                                        best.epoch(),
                                        file))));
        console.out().println("run folder " + run);
    }

    private Map<String, String> environment(Device device, Halves halves) throws IOException {
        var facts = new LinkedHashMap<String, String>();
        facts.put(RunDescription.ID, UUID.randomUUID().toString());
        facts.put("device", device.describe());
        facts.putAll(devices.facts());
        facts.putAll(fineTuning.facts());
        facts.put("java", Runtime.version() + ", " + System.getProperty("java.vendor", ""));
        facts.put("system", System.getProperty("os.name", "") + " " + System.getProperty("os.arch", ""));
        facts.putAll(halves.facts());
        return facts;
    }
}
