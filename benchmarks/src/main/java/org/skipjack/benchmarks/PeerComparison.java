package org.skipjack.benchmarks;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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

    @Option(names = "--model", description = "The net: lenet-bn or resnet18.")
    private String model = Net.LENET_BN.id();

    @Option(names = "--inference", description = "Compare inference instead of training, with ONNX Runtime too.")
    private boolean inference;

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

    @Option(
            names = "--steps",
            description = "Timed steps of each side; unless given, " + LONG_STEPS
                    + " of resnet18 in batches of 8 and more," + " else " + SHORT_STEPS + ".",
            showDefaultValue = Help.Visibility.NEVER)
    private @Nullable Integer steps;

    @Option(
            names = "--warmup",
            description = "Seconds of a round of untimed steps; each side has two, and more while it gets faster.")
    private double warmUp = 3;

    @Option(names = "--threads", description = "Threads of each side.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--pytorch",
            arity = "0..1",
            fallbackValue = "",
            paramLabel = "PYTHON",
            description = "Compare with PyTorch too, run by this interpreter or by the first usual one that has it.")
    private @Nullable String python;

    @Option(
            names = "--float32",
            description =
                    "Leave bfloat16 out, which takes 20 times as long as float32 where a processor has no AVX-512.")
    private boolean float32;

    @Option(
            names = "--peers-only",
            description = "Leave Skipjack out: for launch recipes that let the peers' threads spin for ever.")
    private boolean peersOnly;

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
        Problem problem = problem();
        Pace pace = Pace.of(problem);
        int timedSteps = steps != null ? steps : pace.equals(Pace.LONG_STEPS) ? LONG_STEPS : SHORT_STEPS;
        requireValidOptions(timedSteps);
        Optional<PyTorch> pyTorch = findPyTorch();
        var sides = new ArrayList<Bench>();
        if (!peersOnly) {
            sides.add(new SkipjackBench());
        }
        sides.addAll(LibTorchSetting.ALL);
        if (inference) {
            sides.add(new OnnxRuntimeBench());
        }
        pyTorch.ifPresent(found -> sides.addAll(PyTorchBench.all(found, problem)));
        sides.removeIf(side -> float32 && side.bfloat16());
        var run = new AlternatingRun(Duration.ofNanos(Math.round(warmUp * 1e9)), pace, timedSteps);
        Comparison comparison = run.run(sides, problem, threads);
        var report = new ComparisonReport(
                problem, timedSteps, threads, comparison, versions(comparison, pyTorch), MachineFacts.read());
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

    private Problem problem() {
        Net net = Net.find(model)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(), "--model " + model + " is unknown; there are lenet-bn and resnet18"));
        Task task = inference ? Task.INFERENCE : Task.TRAINING;
        int images = batch != null ? batch : task == Task.TRAINING && net == Net.LENET_BN ? 256 : 64;
        require(
                images >= (inference ? 1 : 2),
                "--batch " + images + " is too small: "
                        + (inference ? "at least 1 image is needed" : "batch normalisation needs 2 images"));
        int side = size != null ? size : net.usualSize();
        require(net.takes(side), "--resize " + side + " does not suit " + model + ", which takes " + net.usualSize());
        return Problem.random(net, task, images, side, SEED);
    }

    private void requireValidOptions(int timedSteps) {
        require(timedSteps >= 1, "--steps " + timedSteps + " is too small: at least 1 step is timed");
        require(warmUp >= 0 && warmUp <= 3600, "--warmup " + warmUp + " is no time: 0 to 3600 seconds");
        boolean neverSleeps = "active".equalsIgnoreCase(System.getenv("OMP_WAIT_POLICY"));
        require(
                !neverSleeps || (peersOnly && python == null),
                "OMP_WAIT_POLICY is active: LibTorch's threads would spin in the turns of other processes and of Skipjack;"
                        + " add --peers-only and leave out --pytorch");
        require(threads >= 1, "--threads " + threads + " is too small: at least 1 is needed");
    }

    private Optional<PyTorch> findPyTorch() throws InterruptedException {
        if (python == null) {
            return Optional.empty();
        }
        List<String> places = python.isEmpty() ? PyTorch.USUAL_PLACES : List.of(python);
        Optional<PyTorch> found = PyTorch.find(places);
        if (found.isEmpty()) {
            spec.commandLine()
                    .getErr()
                    .println("without PyTorch: no torch to import in " + String.join(", ", places)
                            + "; on Debian, apt-get install python3-torch");
        }
        return found;
    }

    private void require(boolean valid, String message) {
        if (!valid) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }
}
