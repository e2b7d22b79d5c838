package org.skipjack.benchmarks;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Device;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * What each of the planner's rules brings: training steps with one of them left out at a time, as rows of a Markdown table. All
 * settings live in one JVM and take turns of a few steps, so that a machine that slows down or gets busy hits all of them. The
 * losses of the first two steps must agree with those of the step that has all rules.
 *
 * <p>A Winograd tile's size holds for a whole JVM ({@code -Dskipjack.winogradTile=4}). Beside direct convolutions, which are one of
 * the settings, what a tile brings can be compared from run to run: {@code --rule direct} times nothing else.
 *
 * <pre>{@code
 * java -Xmx12g --add-modules jdk.incubator.vector --sun-misc-unsafe-memory-access=allow \
 *     -cp 'benchmarks/target/*:benchmarks/target/lib/*' org.skipjack.benchmarks.Ablation --model resnet18 --batch 64
 * }</pre>
 */
@Command(
        name = "ablation",
        description = "Times training steps with each rule of the planner left out in turn.",
        showDefaultValues = true)
public final class Ablation implements Callable<Integer> {
    private static final int SEED = 0;
    private static final int SHORT_STEPS = 400;
    private static final int LONG_STEPS = 30;

    /** Off unless asked for, so that there is nothing to leave out. */
    private static final String OPTIONAL = "winogradEverywhere";

    /** All that makes a convolution something else than the direct sum. */
    private static final String DIRECT = "direct";

    private static final String WINOGRAD = "winograd,winogradSweep";

    @SuppressWarnings("NullAway.Init") // Picocli sets it.
    @Spec
    private CommandSpec spec;

    @Option(names = "--model", description = "The net: lenet-bn or resnet18.")
    private String model = Net.RESNET18.id();

    @Option(names = "--batch", description = "Images a step.")
    private int batch = 64;

    @Option(
            names = "--resize",
            description = "Rows and columns of an image; unless given, 28 for lenet-bn and 96 for resnet18.",
            showDefaultValue = Help.Visibility.NEVER)
    private @Nullable Integer size;

    @Option(
            names = "--steps",
            description = "Timed steps of each setting; unless given, " + LONG_STEPS + " of resnet18, " + SHORT_STEPS
                    + " of lenet-bn.",
            showDefaultValue = Help.Visibility.NEVER)
    private @Nullable Integer steps;

    @Option(
            names = "--rule",
            split = ",",
            description = "Only these; " + DIRECT + " stands for " + WINOGRAD + ".",
            showDefaultValue = Help.Visibility.NEVER)
    private List<String> rules = new ArrayList<>();

    @Option(names = "--threads", description = "Threads of a step.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--warmup",
            description = "Seconds of a round of untimed steps; each setting has two, and more while it gets faster.")
    private double warmUp = 3;

    @SuppressWarnings("UnusedVariable") // Picocli reads it.
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean help;

    /** Runs the ablation with the options on the command line. */
    public static void main(String... arguments) {
        System.exit(new CommandLine(new Ablation()).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        Net net = Net.find(model)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(), "--model " + model + " is unknown; there are lenet-bn and resnet18"));
        int side = size != null ? size : net.usualSize();
        require(batch >= 2, "--batch " + batch + " is too small: batch normalisation needs 2 images");
        require(net.takes(side), "--resize " + side + " does not suit " + model + ", which takes " + net.usualSize());
        require(threads >= 1, "--threads " + threads + " is too small: at least 1 is needed");
        require(warmUp >= 0 && warmUp <= 3600, "--warmup " + warmUp + " is no time: 0 to 3600 seconds");
        Problem problem = Problem.random(net, Task.TRAINING, batch, side, SEED);
        Pace pace = Pace.of(problem);
        int timed = steps != null ? steps : pace.equals(Pace.LONG_STEPS) ? LONG_STEPS : SHORT_STEPS;
        require(timed >= 1, "--steps " + timed + " is too small: at least 1 step is timed");
        var run = new AlternatingRun(Duration.ofNanos(Math.round(warmUp * 1e9)), pace, timed);
        print(run.run(sides(problem), problem, threads));
        return CommandLine.ExitCode.OK;
    }

    /** The step with all rules and those that are another one without a rule. */
    private List<SkipjackBench> sides(Problem problem) {
        var all = new ArrayList<>(Device.cpuRules());
        all.remove(OPTIONAL);
        all.add(DIRECT);
        for (String rule : rules) {
            require(all.contains(rule), "--rule " + rule + " is unknown; there are " + String.join(", ", all));
        }
        var whole = new SkipjackBench("");
        String plan = whole.plan(problem, threads);
        var sides = new ArrayList<>(List.of(whole));
        var idle = new ArrayList<String>();
        for (String rule : rules.isEmpty() ? all : rules) {
            var side = new SkipjackBench(rule.equals(DIRECT) ? WINOGRAD : rule);
            if (side.plan(problem, threads).equals(plan)) {
                idle.add(rule);
            } else {
                sides.add(side);
            }
        }
        if (!idle.isEmpty()) {
            spec.commandLine().getErr().println("the step is the same without " + String.join(", ", idle));
        }
        return sides;
    }

    private void require(boolean valid, String message) {
        if (!valid) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    private void print(Comparison comparison) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf("| %s, batch %d | least ms | median ms | images/s | rate, by minima | by medians |%n", model, batch);
        out.println("| --- | ---: | ---: | ---: | ---: | ---: |");
        StepTimes all = comparison.results().getFirst().times();
        for (SideResult result : comparison.results()) {
            StepTimes times = result.times();
            out.printf(
                    Locale.ROOT,
                    "| %s | %.2f | %.2f | %.0f | %.3f | %.3f |%n",
                    result.side().name(),
                    times.minMillis(),
                    times.medianMillis(),
                    times.imagesPerSecond(batch),
                    all.minMillis() / times.minMillis(),
                    all.medianMillis() / times.medianMillis());
        }
        comparison.leftOut().forEach(side -> out.println(side.side().name() + ": " + side.reason()));
        out.flush();
    }
}
