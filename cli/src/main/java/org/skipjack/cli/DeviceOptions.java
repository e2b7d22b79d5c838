package org.skipjack.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Device;
import org.skipjack.kernels.Lanes;
import org.skipjack.kernels.Simd;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Where and how to compute: {@code --device}, {@code --threads}, {@code --convolution}, {@code --without}. */
final class DeviceOptions {

    private static final Pattern GPU = Pattern.compile("gpu(?::(\\d{1,3}))?");

    /** Read by the planner when it chooses an algorithm for a convolution. */
    private static final String CONVOLUTION = "skipjack.convolution";

    /** Read by the planner when it makes a plan. */
    private static final String WITHOUT = "skipjack.without";

    @Spec(Target.MIXEE)
    private @Nullable CommandSpec command;

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            defaultValue = "cpu",
            description = "cpu, gpu or gpu:N; without a usable GPU the CPU computes. Default: ${DEFAULT-VALUE}.")
    private String device = "cpu";

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads of the CPU; results do not depend on their number. Default: one for each processor.")
    private @Nullable Integer threads;

    @Option(
            names = "--convolution",
            paramLabel = "HOW",
            description = "How 3x3 and 5x5 convolutions are computed: direct, winograd (fewer products, about three "
                    + "times the rounding error) or auto, winograd where that is faster. Default: auto.")
    private @Nullable Convolution convolution;

    @Option(
            names = "--without",
            paramLabel = "RULE",
            split = ",",
            completionCandidates = RuleNames.class,
            description = "Switch off rules of the planner, to measure what they bring: ${COMPLETION-CANDIDATES}.")
    private List<String> without = List.of();

    /** How convolutions are computed. */
    enum Convolution {
        AUTO,
        DIRECT,
        WINOGRAD;

        /** As on the command line. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The device; says on the console why it is another one than was asked for. */
    Device open(Console console) {
        System.setProperty(CONVOLUTION, convolution());
        switchOffRules();
        var gpu = GPU.matcher(device);
        if (gpu.matches()) {
            int index = gpu.group(1) == null ? 0 : Integer.parseInt(gpu.group(1));
            Device found = Device.tryGpu(index);
            if (found != Device.cpu()) {
                return found;
            }
            String reason = Device.whyNoGpu();
            console.warn("no GPU " + index + ", the CPU computes" + (reason.isEmpty() ? "" : ": " + reason));
        } else if (!device.equals("cpu")) {
            throw wrongUse("--device is '" + device + "', expected cpu, gpu or gpu:N");
        }
        if (!Simd.AVAILABLE) {
            console.warn("kernels are scalar and many times slower: " + Simd.REASON);
        }
        return cpu();
    }

    /** Says so on the console when training steps of that many examples leave threads of the CPU without work. */
    void adviseOnBatch(int batch, Device device, Console console) {
        int blocks = Math.ceilDiv(batch, Lanes.COUNT);
        if (device.toString().equals("cpu") && blocks < threads()) {
            console.warn(String.format(
                    Locale.ROOT,
                    "a batch of %d makes %s of %d examples: for most of a step %d of the %d threads have work; "
                            + "--batch-size %d keeps all of them busy",
                    batch,
                    blocks == 1 ? "1 block" : blocks + " blocks",
                    Lanes.COUNT,
                    blocks,
                    threads(),
                    threads() * Lanes.COUNT));
        }
    }

    private void switchOffRules() {
        for (String rule : without) {
            if (!Device.cpuRules().contains(rule)) {
                throw wrongUse("--without names no rule '" + rule + "'; there are " + Device.cpuRules());
            }
        }
        System.setProperty(WITHOUT, without());
    }

    private Device cpu() {
        if (threads == null) {
            return Device.cpu();
        }
        if (threads < 1) {
            throw wrongUse("--threads is " + threads + ", expected at least 1");
        }
        return Device.cpu(threads);
    }

    /** The number of threads that compute on a CPU. */
    int threads() {
        return threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    }

    /** How convolutions are computed, as given. */
    String convolution() {
        return (convolution == null ? Convolution.AUTO : convolution).toString();
    }

    /** The facts on which the bits of a training depend, by name. */
    Map<String, String> facts() {
        return new TreeMap<>(Map.of("convolution", convolution(), "without", without()));
    }

    /** What was given and is not what a run has, a line for each. */
    List<String> differences(Map<String, String> run) {
        var differences = new ArrayList<String>();
        TrainingChoices.compare(
                differences,
                "--convolution",
                convolution == null ? null : convolution(),
                run.getOrDefault("convolution", Convolution.AUTO.toString()));
        TrainingChoices.compare(
                differences, "--without", without.isEmpty() ? null : without(), run.getOrDefault("without", ""));
        return differences;
    }

    /** Computes as a run has computed. */
    void follow(Map<String, String> run) {
        convolution = Convolution.valueOf(
                run.getOrDefault("convolution", Convolution.AUTO.toString()).toUpperCase(Locale.ROOT));
        String rules = run.getOrDefault("without", "");
        without = rules.isEmpty() ? List.of() : List.of(rules.split(","));
    }

    /** The rules that are switched off, as given. */
    String without() {
        return String.join(",", without);
    }

    private ParameterException wrongUse(String message) {
        return WrongUse.of(command, message);
    }
}
