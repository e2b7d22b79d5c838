package org.skipjack.benchmarks.kernels;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.skipjack.benchmarks.HelpOption;
import org.skipjack.benchmarks.MachineFacts;
import org.skipjack.kernels.PeakFlops;
import org.skipjack.kernels.Simd;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Runs all kernels shortly, with SIMD and with their scalar twins, and prints one table in Markdown.
 *
 * <p>Exit codes: 0 done, 1 failed or a result is wrong, 2 wrong use.
 */
@Command(name = "kernels", description = "Times kernels beside their scalar twins.", showDefaultValues = true)
public final class KernelTable implements Callable<Integer> {
    /** What nothing that moves memory can be much faster than. */
    private static final List<String> YARDSTICKS = List.of("Elementwise.copy", "Elementwise.add");

    private static final String PACKAGE = KernelTable.class.getPackageName() + ".";

    private static final int WARM_UP_PERIODS = 10;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--only", description = "Regular expression for what to run, as in Conv2dKernels.forward.")
    private String only = "Kernels";

    @Option(names = "--millis", description = "Length of each of the 10 untimed and 5 timed periods.")
    private int millis = 200;

    @SuppressWarnings("UnusedVariable") // Picocli reads it.
    @Mixin
    private HelpOption help = new HelpOption();

    /**
     * What JMH measured of one kernel: the fastest period, for other programs can only make it slower.
     *
     * @param micros of a call
     * @param rate in GFLOP/s or GB/s
     * @param arithmetic whether it is GFLOP/s
     */
    private record Measured(double micros, double rate, boolean arithmetic) {}

    /** Runs with the options on the command line. */
    public static void main(String... arguments) {
        System.exit(new CommandLine(new KernelTable()).execute(arguments));
    }

    @Override
    public Integer call() throws RunnerException, InterruptedException {
        if (!Simd.AVAILABLE) {
            throw new IllegalStateException("there is no SIMD to compare: " + Simd.REASON);
        }
        double before = PeakFlops.measure(1);
        Map<String, Measured> simd = measure("on");
        Map<String, Measured> scalar = measure("off");
        double peak = Math.max(before, PeakFlops.measure(1));
        print(peak, simd, scalar);
        return CommandLine.ExitCode.OK;
    }

    /** By kernel and shape, in the order of JMH. */
    private Map<String, Measured> measure(String simd) throws RunnerException {
        spec.commandLine().getErr().println("measuring with SIMD " + simd + " ...");
        var period = TimeValue.milliseconds(millis);
        var options = new OptionsBuilder()
                .include(PACKAGE + ".*" + only)
                .include(PACKAGE + "ElementwiseKernels.(copy|add)$")
                .jvmArgs(
                        "--add-modules=jdk.incubator.vector",
                        "--sun-misc-unsafe-memory-access=allow",
                        // As the launcher has it: arrays begin at a cache line.
                        "-XX:+UseParallelGC",
                        "-XX:ObjectAlignmentInBytes=64",
                        "-Dskipjack.simd=" + simd)
                .warmupTime(period)
                .warmupIterations(WARM_UP_PERIODS)
                .measurementTime(period)
                .shouldFailOnError(true)
                .build();
        var measured = new LinkedHashMap<String, Measured>();
        // What a process of JMH's says on its own, such as a result that is wrong, must not get into the table.
        var messages = OutputFormatFactory.createFormatInstance(System.err, VerboseMode.SILENT);
        for (RunResult run : new Runner(options, messages).run()) {
            var params = run.getParams();
            String[] name = params.getBenchmark().split("\\.", -1);
            String family = name[name.length - 2].replace("Kernels", "");
            String key = family + "." + name[name.length - 1] + " | " + params.getParam("shape");
            measured.put(key, of(run));
        }
        return measured;
    }

    private static Measured of(RunResult run) {
        double micros = 1e6 / fastest(run.getPrimaryResult());
        @Nullable Result<?> gflop = run.getSecondaryResults().get("gflop");
        @Nullable Result<?> gbyte = run.getSecondaryResults().get("gbyte");
        if (gflop != null) {
            return new Measured(micros, fastest(gflop), true);
        }
        if (gbyte != null) {
            return new Measured(micros, fastest(gbyte), false);
        }
        throw new IllegalStateException(run.getParams().getBenchmark() + " counts neither arithmetic nor traffic");
    }

    private static double fastest(Result<?> rate) {
        return rate.getStatistics().getMax();
    }

    private void print(double peak, Map<String, Measured> simd, Map<String, Measured> scalar)
            throws InterruptedException {
        double memory = simd.entrySet().stream()
                .filter(entry -> YARDSTICKS.stream().anyMatch(entry.getKey()::startsWith))
                .mapToDouble(entry -> entry.getValue().rate())
                .max()
                .orElse(Double.NaN);
        PrintWriter out = spec.commandLine().getOut();
        out.println("| kernel | shape | µs | rate | of peak | scalar µs | scalar / SIMD |");
        out.println("| --- | --- | ---: | ---: | ---: | ---: | ---: |");
        simd.forEach((kernel, fast) -> {
            double most = fast.arithmetic() ? peak : memory;
            String unit = fast.arithmetic() ? "GFLOP/s" : "GB/s";
            double slow = Objects.requireNonNull(scalar.get(kernel), kernel).micros();
            out.printf(Locale.ROOT, "| %s | %.2f | %.1f %s ", kernel, fast.micros(), fast.rate(), unit);
            out.printf(
                    Locale.ROOT, "| %.0f %% | %.2f | %.1f |%n", 100 * fast.rate() / most, slow, slow / fast.micros());
        });
        out.println();
        out.printf(
                Locale.ROOT,
                "One thread, %d-bit SIMD, 16 examples, fastest of 5 periods. Peak: %.1f GFLOP/s in registers, %.1f GB/s of the"
                        + " faster of copy and add.%n",
                Simd.BITS,
                peak,
                memory);
        out.println(MachineFacts.read().lines());
        out.flush();
    }
}
