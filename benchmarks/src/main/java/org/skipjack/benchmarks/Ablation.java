package org.skipjack.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.skipjack.core.Device;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What each of the planner's rules and each Winograd tile brings: training steps with one of them left out at a time, as rows
 * of a Markdown table. Each run is a {@code skipjack bench} in a JVM of its own; the rounds go through all settings, so that a
 * machine that slows down or gets busy hits all of them, and the best median of a setting counts.
 *
 * <pre>{@code
 * java -cp 'benchmarks/target/*:benchmarks/target/lib/*' org.skipjack.benchmarks.Ablation --model resnet18 --batch 64
 * }</pre>
 */
@Command(
        name = "ablation",
        description =
                "Times training steps with each rule of the planner left out in turn, and with other Winograd tiles.",
        showDefaultValues = true)
public final class Ablation implements Callable<Integer> {
    private static final Pattern MEDIAN = Pattern.compile("\"ms_median\":([0-9.E-]+)");

    private static final String TILE = "-Dskipjack.winogradTile=";

    @Option(names = "--model", description = "The net, as skipjack bench takes it.")
    private String model = "resnet18";

    @Option(names = "--batch", description = "Images a step.")
    private int batch = 64;

    @Option(names = "--resize", description = "Rows and columns of an image.")
    private int size = 96;

    @Option(names = "--steps", description = "Timed steps of each run.")
    private int steps = 25;

    @Option(names = "--rounds", description = "Runs of each setting.")
    private int rounds = 3;

    @Option(names = "--threads", description = "Threads of each run.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--warm-up", description = "Longest warm-up of a run, in seconds.")
    private double warmUp = 30;

    @Option(names = "--launcher", description = "The skipjack launcher.")
    private Path launcher = Path.of("skipjack");

    @SuppressWarnings("UnusedVariable") // Picocli reads it.
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean help;

    /** A setting: further options of the bench, and of its JVM. */
    private record Setting(List<String> options, List<String> jvm) {}

    /** Runs the ablation with the options on the command line. */
    public static void main(String... arguments) {
        System.exit(new CommandLine(new Ablation()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Map<String, Setting> settings = settings();
        Map<String, Double> best = new LinkedHashMap<>();
        for (int round = 1; round <= rounds; round++) {
            for (var setting : settings.entrySet()) {
                double median = median(setting.getValue());
                best.merge(setting.getKey(), median, Math::min);
                System.err.printf(
                        Locale.ROOT, "round %d of %d, %s: %.1f ms%n", round, rounds, setting.getKey(), median);
            }
        }
        System.out.printf("| %s, batch %d | median ms | images/s | share of all |%n", model, batch);
        System.out.println("| --- | ---: | ---: | ---: |");
        double all = best.values().iterator().next();
        best.forEach((name, ms) ->
                System.out.printf(Locale.ROOT, "| %s | %.1f | %.1f | %.3f |%n", name, ms, 1e3 * batch / ms, all / ms));
        return CommandLine.ExitCode.OK;
    }

    private static Map<String, Setting> settings() {
        var settings = new LinkedHashMap<String, Setting>();
        settings.put("all", new Setting(List.of(), List.of()));
        for (String rule : Device.cpuRules()) {
            // Off unless asked for, so that there is nothing to leave out.
            if (!rule.equals("winogradEverywhere")) {
                settings.put("without `" + rule + "`", new Setting(List.of("--without", rule), List.of()));
            }
        }
        settings.put("Winograd tiles of 4 only", new Setting(List.of(), List.of(TILE + 4)));
        settings.put("Winograd tiles of 3 only", new Setting(List.of(), List.of(TILE + 3)));
        return settings;
    }

    /** Milliseconds of the median step of one run. */
    private double median(Setting setting) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(launcher.toAbsolutePath().toString(), "bench", model, "--json"));
        command.addAll(List.of("--batch", "" + batch, "--resize", "" + size, "--steps", "" + steps));
        command.addAll(List.of("--threads", "" + threads, "--warm-up", "" + warmUp));
        command.addAll(setting.options);
        var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        var jvm = new ArrayList<>(Arrays.asList(System.getenv().getOrDefault("SKIPJACK_JAVA_OPTS", "")));
        jvm.addAll(setting.jvm);
        builder.environment().put("SKIPJACK_JAVA_OPTS", String.join(" ", jvm));
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exit = process.waitFor();
        Matcher median = MEDIAN.matcher(out);
        if (exit != 0 || !median.find()) {
            throw new IOException(String.join(" ", command) + " ended with exit code " + exit);
        }
        return Double.parseDouble(median.group(1));
    }
}
