package org.skipjack.benchmarks;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Times training steps of the same net, batch, precision and number of threads by turns, data in memory: forward, backward
 * and update.
 *
 * <pre>{@code
 * ./mvnw -q -Pbenchmarks -DskipTests package
 * java --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
 *     -cp 'benchmarks/target/*:benchmarks/target/lib/*' org.skipjack.benchmarks.PeerComparison --batch 256 --threads 2
 * }</pre>
 *
 * <p>Exit codes: 0 done, 1 failed or the losses differ, 2 wrong use.
 */
@Command(name = "compare", description = "Times training steps beside LibTorch, in turns.", showDefaultValues = true)
public final class PeerComparison implements Callable<Integer> {
    private static final String LENET_BN = "lenet-bn";
    private static final long SEED = 0;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--model", description = "The net to train: lenet-bn.")
    private String model = LENET_BN;

    @Option(names = "--batch", description = "Images a step.")
    private int batch = 256;

    @Option(names = "--steps", description = "Timed steps of each side.")
    private int steps = 200;

    @Option(names = "--warmup", description = "Untimed steps of each side before.")
    private int warmUp = 200;

    @Option(names = "--threads", description = "Threads of each side.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--json", description = "Print one JSON object; the table goes to the error stream.")
    private boolean json;

    @SuppressWarnings("UnusedVariable") // Picocli reads it.
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean help;

    /** Runs the comparison with the options on the command line. */
    public static void main(String... arguments) {
        System.exit(new CommandLine(new PeerComparison())
                .setExecutionExceptionHandler((e, line, parsed) -> {
                    if (!(e instanceof ResultsDifferException)) {
                        throw e;
                    }
                    line.getErr().println(e.getMessage());
                    return CommandLine.ExitCode.SOFTWARE;
                })
                .execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        requireValidOptions();
        List<? extends TrainingBench> sides = LibTorchSetting.ALL;
        var problem = TrainingProblem.lenetBn(batch, SEED);
        List<SideResult> results = new AlternatingRun(warmUp, steps).run(sides, problem, threads);
        var report = new ComparisonReport(model, batch, steps, threads, results, MachineFacts.read());
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            spec.commandLine().getErr().println(report.table());
            out.println(report.json());
        } else {
            out.println(report.table());
        }
        return CommandLine.ExitCode.OK;
    }

    private void requireValidOptions() {
        require(model.equals(LENET_BN), "--model " + model + " is unknown; there is lenet-bn");
        require(batch >= 2, "--batch " + batch + " is too small: batch normalisation needs 2 images");
        require(steps >= 1, "--steps " + steps + " is too small: at least 1 step is timed");
        require(warmUp >= 2, "--warmup " + warmUp + " is too small: 2 steps are checked before any is timed");
        require(threads >= 1, "--threads " + threads + " is too small: at least 1 is needed");
    }

    private void require(boolean valid, String message) {
        if (!valid) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }
}
