package org.skipjack.cli;

import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The program: parses the command line, runs the command, and turns what goes wrong into one line and an exit code.
 *
 * <p>Exit codes: 0 done, 1 failed, 2 wrong use, 130 interrupted (143 by SIGTERM).
 */
public final class Main {

    private Main() {}

    /** Runs the command that the arguments name, and ends the process with its exit code. */
    public static void main(String[] args) {
        // Libraries format numbers too; a decimal comma in one column and a point in the next would help nobody.
        Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
        // Pictures are decoded, never shown.
        System.setProperty("java.awt.headless", "true");
        System.exit(run(Console.ofProcess(), args));
    }

    /** Runs a command within this process. */
    static int run(Console console, String... args) {
        CommandLine commandLine = commandLine(console);
        try {
            return commandLine.execute(args);
        } catch (OutOfMemoryError e) {
            return failed(
                    console,
                    false,
                    e,
                    "out of memory (the heap may grow to "
                            + (Runtime.getRuntime().maxMemory() >> 20) + " MiB): use a smaller --batch-size, or set "
                            + "SKIPJACK_JAVA_OPTS=-Xmx with more" + detail(e));
        } catch (Error e) {
            return failed(console, false, e, "internal error: " + e);
        }
    }

    private static CommandLine commandLine(Console console) {
        var root = new RootCommand(console);
        var commandLine = new CommandLine(root)
                .addSubcommand(new TrainCommand(console))
                .addSubcommand(new EvaluateCommand(console))
                .addSubcommand(new PredictCommand(console))
                .addSubcommand(new ImportCommand(console))
                .addSubcommand(new ExportCommand(console))
                .addSubcommand(new SummaryCommand(console))
                .addSubcommand(new CommandLine(new DataCommand(console))
                        .addSubcommand(new DataCommand.Fetch(console))
                        .addSubcommand(new DataCommand.Status(console)))
                .addSubcommand(new BenchCommand(console))
                .addSubcommand(new DoctorCommand(console));
        return commandLine
                .setOut(new PrintWriter(console.out(), true, console.out().charset()))
                .setErr(new PrintWriter(console.err(), true, console.err().charset()))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setParameterExceptionHandler((e, args) -> wrongUse(console, e))
                .setExecutionExceptionHandler((e, command, parsed) -> failed(console, debug(parsed), e, message(e)));
    }

    private static boolean debug(ParseResult parsed) {
        return parsed.commandSpec().root().userObject() instanceof RootCommand root && root.debug();
    }

    private static int wrongUse(Console console, ParameterException e) {
        String command = e.getCommandLine().getCommandSpec().qualifiedName(" ");
        String message = firstLine(message(e));
        if (e instanceof UnmatchedArgumentException unmatched) {
            String suggestions = String.join(", ", unmatched.getSuggestions());
            message += suggestions.isEmpty() ? "" : "; did you mean " + suggestions + "?";
        }
        console.err().println(command + ": " + message + " (see " + command + " --help)");
        return ExitCode.WRONG_USE;
    }

    private static int failed(Console console, boolean debug, Throwable e, String message) {
        console.err().println("skipjack: " + message);
        if (debug || console.debug()) {
            e.printStackTrace(console.err());
        }
        return ExitCode.FAILED;
    }

    /** Exceptions of ours are written for users; of others, the kind tells more than the message alone. */
    private static String message(Throwable e) {
        String message = e.getMessage();
        boolean ours = e.getClass().getName().startsWith("org.skipjack.")
                || e instanceof IllegalArgumentException
                || e instanceof ParameterException;
        return message == null || !ours ? e.toString() : message;
    }

    private static String detail(OutOfMemoryError e) {
        return e.getMessage() == null || e.getMessage().equals("Java heap space") ? "" : "; " + e.getMessage();
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse(text);
    }
}
