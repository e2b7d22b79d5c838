package org.skipjack.cli;

/** What the process's exit code says. */
final class ExitCode {

    static final int DONE = 0;
    static final int FAILED = 1;
    static final int WRONG_USE = 2;

    /** 128 plus the number of the signal that Ctrl-C sends. */
    static final int INTERRUPTED = 130;

    private ExitCode() {}
}
