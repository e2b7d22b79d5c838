package org.skipjack.cli;

import java.io.PrintStream;
import java.util.Map;
import java.util.Optional;

/**
 * Where a command writes to, and what it may expect of it.
 *
 * @param out for results and progress
 * @param err for warnings and errors
 * @param interactive whether {@code out} is a terminal, on which a line can be drawn over
 * @param environment the process's environment variables
 */
record Console(PrintStream out, PrintStream err, boolean interactive, Map<String, String> environment) {

    /** Variable that asks for stack traces, as {@code --debug} does. */
    static final String DEBUG = "SKIPJACK_DEBUG";

    /** The process's own. */
    static Console ofProcess() {
        var environment = System.getenv();
        // Null unless both standard streams are a terminal, or an object that says so: JDKs differ.
        boolean interactive = Optional.ofNullable(System.console())
                .filter(java.io.Console::isTerminal)
                .isPresent();
        boolean terminal = interactive && !"dumb".equals(environment.get("TERM"));
        return new Console(System.out, System.err, terminal, environment);
    }

    /** Whether the environment asks for stack traces. */
    boolean debug() {
        return !environment.getOrDefault(DEBUG, "").isEmpty();
    }

    /** A line about something that the user should know but that stops nothing. */
    void warn(String message) {
        err.println("skipjack: " + message);
    }
}
