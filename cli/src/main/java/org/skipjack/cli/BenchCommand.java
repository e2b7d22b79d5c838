package org.skipjack.cli;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Device;
import org.skipjack.kernels.PeakFlops;
import org.skipjack.kernels.Simd;
import org.skipjack.nn.Init;
import org.skipjack.nn.Module;
import org.skipjack.nn.Summary;
import org.skipjack.nn.models.ModelProvider;
import org.skipjack.train.run.JsonObject;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code skipjack bench MODEL}: how fast this machine trains, or infers. */
@Command(
        name = "bench",
        description = "Time training steps (forward, backward, update), or inference, on noise that lies in memory.",
        footer = {
            "",
            "Example: skipjack bench lenet-bn --batch 256 --steps 200 --json",
            "         skipjack bench resnet18 --inference --batch 1"
        })
final class BenchCommand implements Callable<Integer> {

    private static final int CLASSES = 10;
    private static final int EXPLAINED_STEPS = 5;
    private static final double GIGA = 1e9;
    private static final double MILLIS = 1e3;

    private final Console console;

    @Spec
    private @Nullable CommandSpec command;

    @Parameters(
            paramLabel = "MODEL",
            completionCandidates = ModelNames.class,
            description = "One of ${COMPLETION-CANDIDATES}.")
    private String model = "";

    @Option(names = "--batch", paramLabel = "N", description = "Examples in a step. Default: the model's own.")
    private @Nullable Integer batch;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "200",
            description = "Steps to time, after the warm-up. Default: ${DEFAULT-VALUE}.")
    private int steps = 200;

    @Option(names = "--inference", description = "Time the forward pass alone, as in evaluation.")
    private boolean inference;

    @Option(names = "--resize", paramLabel = "SIDE", description = "Side of the images. Default: the model's own.")
    private @Nullable Integer resize;

    @Option(
            names = "--learning-rate",
            paramLabel = "RATE",
            description = "Step size of gradient descent. Default: the model's own.")
    private @Nullable Float learningRate;

    @Option(names = "--seed", paramLabel = "SEED", description = "Determines noise and initial weights. Default: 0.")
    private long seed;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "Longest warm-up: timing begins when the compiler is idle, or after so long. "
                    + "Default: ${DEFAULT-VALUE}.")
    private double warmUpLimit = 30;

    @Option(names = "--json", description = "Print one JSON object instead of text.")
    private boolean json;

    @Option(
            names = "--explain",
            description =
                    "Also print each kernel of the step: shape, algorithm, time, and share of the machine's peak.")
    private boolean explain;

    @Mixin
    private DeviceOptions devices = new DeviceOptions();

    BenchCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        ModelProvider provider = ModelNames.find(command, model);
        int size = batch == null ? provider.defaults().batchSize() : batch;
        if (json && explain) {
            throw WrongUse.of(command, "--explain prints a table, --json one object: give one of them");
        }
        if (size < 1 || steps < 1) {
            throw WrongUse.of(command, "--batch is " + size + " and --steps " + steps + ", expected at least 1 each");
        }
        if (inference && learningRate != null) {
            throw WrongUse.of(command, "--inference trains nothing: leave out --learning-rate");
        }
        int[] input = ImageSize.batch(command, resize, provider, size);
        Device device = devices.open(console);
        if (!json) {
            console.out().println(device.describe());
        }
        Module module = provider.create(input[1], CLASSES, Init.generator(seed)).to(device);
        float rate = learningRate == null ? provider.defaults().learningRate() : learningRate;
        var benchmark = new StepBenchmark(module, inference, input, CLASSES, rate, seed);
        var result = benchmark.run(steps, warmUpLimit);
        double peak = PeakFlops.measure(devices.threads());
        var summary = Summary.of(module, input);
        report(provider, device, size, inference ? summary.flops() : TrainingFlops.of(summary), peak, result);
        if (explain) {
            KernelTable.print(console.out(), benchmark.kernels(EXPLAINED_STEPS), devices.threads(), peak);
        }
        return ExitCode.DONE;
    }

    private String task() {
        return inference ? "inference" : "training";
    }

    private void report(
            ModelProvider provider, Device device, int size, long flops, double peak, StepBenchmark.Result result) {
        double median = result.quantile(0.5);
        double imagesPerSecond = size / median;
        double gflops = flops / median / GIGA;
        OptionalLong resident = new LinuxFacts(Path.of("/")).peakResidentBytes();
        if (json) {
            var object = new JsonObject()
                    .put("version", Version.number())
                    .put("model", provider.name())
                    .put("task", task())
                    .put("batch", size)
                    .put("steps", steps)
                    .put("device", device.describe())
                    .put("threads", devices.threads())
                    .put("simd_bits", Simd.BITS)
                    .put("convolution", devices.convolution())
                    .put("without", devices.without())
                    .put("images_per_second", imagesPerSecond)
                    .put("ms_min", MILLIS * result.quantile(0))
                    .put("ms_median", MILLIS * median)
                    .put("ms_p95", MILLIS * result.quantile(0.95))
                    .put("warmup_seconds", result.warmUpSeconds())
                    .put("compiler_idle_seconds", result.compilerSeconds())
                    .put("gflops", gflops)
                    .put("flops_per_step", flops)
                    .put("peak_gflops", peak)
                    .put("peak_share", gflops / peak)
                    .put("allocated_bytes_per_step", result.allocatedBytesPerStep())
                    .put("peak_rss_bytes", resident)
                    .put("loss", result.loss());
            console.out().println(object);
            return;
        }
        console.out()
                .println(format(
                        ROOT,
                        "%s, %s, batch %d, %d steps: %.1f images/s, %.1f GFLOP/s (%.0f %% of the measured peak)",
                        provider.name(),
                        task(),
                        size,
                        steps,
                        imagesPerSecond,
                        gflops,
                        100 * gflops / peak));
        console.out()
                .println(format(
                        ROOT,
                        "a step: %.3f ms at least, %.3f ms median, %.3f ms for 95 %%; warm after %.1f s, compiler idle after %.1f s",
                        MILLIS * result.quantile(0),
                        MILLIS * median,
                        MILLIS * result.quantile(0.95),
                        result.warmUpSeconds(),
                        result.compilerSeconds()));
        console.out()
                .println("memory: " + Sizes.bytes(Math.round(result.allocatedBytesPerStep())) + " allocated in a step"
                        + (resident.isPresent() ? ", " + Sizes.bytes(resident.getAsLong()) + " resident at most" : ""));
        console.out().println(format(ROOT, "loss after the last step %.4f", result.loss()));
    }
}
