package org.skipjack.benchmarks;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Times steps of the same net, batch, precision and number of threads by turns, data in memory: training (forward, backward
 * and update) or inference.
 *
 * <pre>{@code
 * ./mvnw -q -Pbenchmarks -DskipTests package
 * java --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
 *     -cp 'benchmarks/target/*:benchmarks/target/lib/*' org.skipjack.benchmarks.PeerComparison --batch 256 --threads 2
 * }</pre>
 *
 * <p>A side that fails, or whose losses differ from those of the first, is left out, and a line says why.
 *
 * <p>Exit codes: 0 done, 1 Skipjack failed or nothing is left to compare, 2 wrong use.
 */
@Command(
        name = "compare",
        description = "Times training or inference beside LibTorch, PyTorch and ONNX Runtime, in turns.",
        showDefaultValues = true)
public final class PeerComparison implements Callable<Integer> {
    private static final long SEED = 0;
    private static final int SHORT_STEPS = 200;
    private static final int LONG_STEPS = 12;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private Setting setting = new Setting();

    @Mixin
    private PeerOptions peers = new PeerOptions();

    @Option(names = "--inference", description = "Compare inference instead of training, with ONNX Runtime too.")
    private boolean inference;

    @Option(
            names = "--steps",
            description = "Timed steps of each side; unless given, " + LONG_STEPS
                    + " of resnet18 in batches of 8 and more," + " else " + SHORT_STEPS + ".",
            showDefaultValue = Help.Visibility.NEVER)
    private @Nullable Integer steps;

    @Option(
            names = "--peers-only",
            description = "Leave Skipjack out: for launch recipes that let the peers' threads spin for ever.")
    private boolean peersOnly;

    @Option(names = "--json", description = "Print one JSON object; the table goes to the error stream.")
    private boolean json;

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
        Problem problem = setting.problem(inference ? Task.INFERENCE : Task.TRAINING, SEED);
        boolean few = Pace.of(problem).equals(Pace.LONG_STEPS);
        int timedSteps = steps != null ? steps : few ? LONG_STEPS : SHORT_STEPS;
        AlternatingRun run = setting.run(problem, timedSteps);
        requireIdlePeers();
        Optional<PyTorch> pyTorch = peers.findPyTorch();
        var sides = new ArrayList<Bench>();
        if (!peersOnly) {
            sides.add(new SkipjackBench());
        }
        sides.addAll(LibTorchSetting.ALL);
        if (inference) {
            sides.add(new OnnxRuntimeBench());
        }
        pyTorch.ifPresent(found -> sides.addAll(PyTorchBench.all(found, problem)));
        sides.removeIf(side -> peers.float32() && side.bfloat16());
        Comparison comparison = run.run(sides, problem, setting.threads());
        var report = new ComparisonReport(
                problem, timedSteps, setting.threads(), comparison, versions(comparison, pyTorch), MachineFacts.read());
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            spec.commandLine().getErr().println(report.table());
            out.println(report.json());
        } else {
            out.println(report.table());
        }
        return comparison.results().size() > 1 ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    /** Of the peers that took part: a library that does not load has none to tell. */
    private static Map<String, String> versions(Comparison comparison, Optional<PyTorch> pyTorch) {
        var versions = new TreeMap<String, String>();
        for (SideResult result : comparison.results()) {
            switch (result.side().system()) {
                case "libtorch" -> versions.put("libtorch", LibTorch.version());
                case "onnxruntime" -> versions.put("onnxruntime", OnnxRuntimeBench.version());
                case "pytorch" ->
                    versions.put("pytorch", pyTorch.map(PyTorch::version).orElse("unknown"));
                default -> {
                    // Skipjack: the table tells its commit.
                }
            }
        }
        return versions;
    }

    private void requireIdlePeers() {
        boolean neverSleeps = "active".equalsIgnoreCase(System.getenv("OMP_WAIT_POLICY"));
        setting.require(
                !neverSleeps || (peersOnly && !peers.pyTorch()),
                "OMP_WAIT_POLICY is active: LibTorch's threads would spin in the turns of other processes and of Skipjack;"
                        + " add --peers-only and leave out --pytorch");
    }
}
