package org.skipjack.benchmarks;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Device;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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

    @Mixin
    private Setting setting = new Setting();

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

    /** Runs the ablation with the options on the command line. */
    public static void main(String... arguments) {
        System.exit(new CommandLine(new Ablation()).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        Problem problem = setting.problem(Task.TRAINING, SEED);
        boolean few = Pace.of(problem).equals(Pace.LONG_STEPS);
        AlternatingRun run = setting.run(problem, steps != null ? steps : few ? LONG_STEPS : SHORT_STEPS);
        print(problem, run.run(sides(problem), problem, setting.threads()));
        return CommandLine.ExitCode.OK;
    }

    /** The step with all rules and those that are another one without a rule. */
    private List<SkipjackBench> sides(Problem problem) {
        var all = new ArrayList<>(Device.cpuRules());
        all.remove(OPTIONAL);
        all.add(DIRECT);
        for (String rule : rules) {
            setting.require(all.contains(rule), "--rule " + rule + " is unknown; there are " + String.join(", ", all));
        }
        var whole = new SkipjackBench("");
        String plan = whole.plan(problem, setting.threads());
        var sides = new ArrayList<>(List.of(whole));
        var idle = new ArrayList<String>();
        for (String rule : rules.isEmpty() ? all : rules) {
            var side = new SkipjackBench(rule.equals(DIRECT) ? WINOGRAD : rule);
            if (side.plan(problem, setting.threads()).equals(plan)) {
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

    private void print(Problem problem, Comparison comparison) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                "| %s, batch %d | least ms | median ms | images/s | rate, by minima | by medians |%n",
                problem.net().id(), problem.batch());
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
                    times.imagesPerSecond(problem.batch()),
                    all.minMillis() / times.minMillis(),
                    all.medianMillis() / times.medianMillis());
        }
        comparison.leftOut().forEach(side -> out.println(side.side().name() + ": " + side.reason()));
        out.flush();
    }
}
