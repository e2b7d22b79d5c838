package org.skipjack.benchmarks;

import picocli.CommandLine.Option;

/** {@code --help}, which every command has. */
public final class HelpOption {
    @SuppressWarnings("UnusedVariable") // Picocli reads it.
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean help;
}
