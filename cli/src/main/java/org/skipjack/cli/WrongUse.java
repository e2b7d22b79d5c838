package org.skipjack.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Ends a command with exit code 2. */
final class WrongUse {

    private WrongUse() {}

    /** An exception whose message is shown with the command's name. */
    static ParameterException of(@Nullable CommandSpec command, String message) {
        CommandLine commandLine = command == null ? new CommandLine(CommandSpec.create()) : command.commandLine();
        return new ParameterException(commandLine, message);
    }

    /** Shows what there is to choose from; the exit code of a command that lacks its sub-command. */
    static int missingCommand(@Nullable CommandSpec command, Console console) {
        if (command != null) {
            command.commandLine().usage(console.err());
        }
        return ExitCode.WRONG_USE;
    }
}
