package org.skipjack.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/**
 * Makes every comparison of which something is asked, one after the other, and prints what came out beside what was asked, as one
 * table in Markdown. Each comparison is a JVM of its own with this one's options, since what a JVM has had resident is never less
 * again; its own table goes to the error stream.
 *
 * <p>Exit codes: 0 all comparisons were made, whatever they reached; 1 one failed, whose rows say "not measured"; 2 wrong use.
 */
@Command(
        name = "goals",
        description =
                "Makes all comparisons of which something is asked and prints what they reach. Takes about 20 minutes.",
        showDefaultValues = true)
public final class Goals implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--threads", description = "Threads of each side.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Mixin
    private PeerOptions peers = new PeerOptions();

    @Option(
            names = "--only",
            description = "Regular expression for the comparisons to make, as in \"LeNet\" or \"batch 64\".")
    private String only = "";

    @SuppressWarnings("UnusedVariable") // Picocli reads it.
    @Mixin
    private HelpOption help = new HelpOption();

    /** Makes the comparisons with the options on the command line. */
    public static void main(String... arguments) {
        System.exit(new CommandLine(new Goals()).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        require(threads >= 1, "--threads " + threads + " is too small: at least 1 is needed");
        List<GoalComparison> wanted = wanted();
        var rows = new ArrayList<String>();
        var leftOut = new ArrayList<String>();
        boolean failed = false;
        for (GoalComparison comparison : wanted) {
            spec.commandLine().getErr().println("\n" + comparison.title() + " ...");
            JsonNode result = result(comparison);
            failed |= result.isMissingNode();
            rows.add(comparison.rows(result));
            leftOut.addAll(comparison.leftOut(result).toList());
        }
        var out = spec.commandLine().getOut();
        out.println(GoalComparison.head(threads));
        rows.forEach(out::println);
        out.println();
        leftOut.forEach(out::println);
        out.println(MachineFacts.read().lines());
        return failed ? CommandLine.ExitCode.SOFTWARE : CommandLine.ExitCode.OK;
    }

    private List<GoalComparison> wanted() {
        Predicate<String> matches;
        try {
            matches = Pattern.compile(only).asPredicate();
        } catch (PatternSyntaxException e) {
            throw wrong("--only " + only + " is no regular expression: " + e.getDescription());
        }
        List<GoalComparison> wanted = GoalComparison.ALL.stream()
                .filter(comparison -> matches.test(comparison.title()))
                .toList();
        String titles = GoalComparison.ALL.stream().map(GoalComparison::title).collect(Collectors.joining("; "));
        require(!wanted.isEmpty(), "--only " + only + " chooses nothing; there are " + titles);
        return wanted;
    }

    private void require(boolean valid, String message) {
        if (!valid) {
            throw wrong(message);
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** What {@link PeerComparison} prints with {@code --json}; missing if it fails, of which it tells on the error stream. */
    private JsonNode result(GoalComparison comparison) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command(comparison))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
                // Native libraries may write lines of their own before.
                String json = output.lines().reduce("", (before, line) -> line);
                return process.waitFor() == 0 ? JsonMapper.shared().readTree(json) : MissingNode.getInstance();
            } finally {
                process.destroy();
            }
        } catch (IOException | UncheckedIOException | JacksonException e) {
            spec.commandLine().getErr().println("cannot tell what came out: " + e.getMessage());
            return MissingNode.getInstance();
        }
    }

    private List<String> command(GoalComparison comparison) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), PeerComparison.class.getName()));
        command.addAll(comparison.options());
        command.addAll(List.of("--json", "--threads=" + threads));
        command.addAll(peers.arguments());
        return command;
    }
}
