package org.skipjack.benchmarks;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of every command that times steps: what is computed, on how many threads, and after how long a warm-up. */
final class Setting {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--model", description = "The net: lenet-bn or resnet18.")
    private String model = Net.LENET_BN.id();

    @Option(
            names = "--batch",
            description = "Images a step; unless given, 256 to train lenet-bn, else 64.",
            showDefaultValue = Help.Visibility.NEVER)
    private @Nullable Integer batch;

    @Option(
            names = "--resize",
            description = "Rows and columns of an image; unless given, 28 for lenet-bn and 96 for resnet18.",
            showDefaultValue = Help.Visibility.NEVER)
    private @Nullable Integer size;

    @Option(names = "--threads", description = "Threads of each side.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--warmup",
            description = "Seconds of a round of untimed steps; each side has two, and more while it gets faster.")
    private double warmUp = 3;

    @SuppressWarnings("UnusedVariable") // Picocli reads it.
    @Mixin
    private HelpOption help = new HelpOption();

    /**
     * The net and its data.
     *
     * @throws ParameterException if an option is of no use
     */
    Problem problem(Task task, long seed) {
        Net net = Net.find(model)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(), "--model " + model + " is unknown; there are lenet-bn and resnet18"));
        boolean training = task == Task.TRAINING;
        int images = batch != null ? batch : training && net == Net.LENET_BN ? 256 : 64;
        require(
                images >= (training ? 2 : 1),
                "--batch " + images + " is too small: "
                        + (training ? "batch normalisation needs 2 images" : "at least 1 image is needed"));
        int side = size != null ? size : net.usualSize();
        require(net.takes(side), "--resize " + side + " does not suit " + model + ", which takes " + net.usualSize());
        require(warmUp >= 0 && warmUp <= 3600, "--warmup " + warmUp + " is no time: 0 to 3600 seconds");
        require(threads >= 1, "--threads " + threads + " is too small: at least 1 is needed");
        return Problem.random(net, task, images, side, seed);
    }

    /** Turns of so many timed steps. */
    AlternatingRun run(Problem problem, int steps) {
        require(steps >= 1, "--steps " + steps + " is too small: at least 1 step is timed");
        return new AlternatingRun(Duration.ofNanos(Math.round(warmUp * 1e9)), Pace.of(problem), steps);
    }

    int threads() {
        return threads;
    }

    /** Refuses a command line that is not valid. */
    void require(boolean valid, String message) {
        if (!valid) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }
}
