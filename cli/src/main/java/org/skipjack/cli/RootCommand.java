package org.skipjack.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code skipjack} alone: shows what there is. */
@Command(
        name = "skipjack",
        description = "Trains batch-normalised and residual convolutional networks in pure Java.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        scope = ScopeType.INHERIT,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Exit codes: 0 done, 1 failed, 2 wrong use, 130 interrupted (143 by SIGTERM).",
            "First steps: skipjack doctor, then skipjack train lenet-bn."
        })
final class RootCommand implements Callable<Integer> {

    private final Console console;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            description = "Show the stack trace when something fails; SKIPJACK_DEBUG=1 does so too.")
    private boolean debug;

    RootCommand(Console console) {
        this.console = console;
    }

    boolean debug() {
        return debug;
    }

    @Override
    public Integer call() {
        return WrongUse.missingCommand(spec, console);
    }
}
