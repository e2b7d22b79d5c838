package org.skipjack.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a training end in good order when the process is told to (Ctrl-C, SIGTERM): asks it to stop and holds the process
 * until this object is closed. The process then ends with the signal's exit code, 130 or 143.
 */
final class Interruption implements AutoCloseable {

    /** A step of a large net takes seconds; whoever cannot wait that long sends SIGKILL. */
    private static final Duration GRACE = Duration.ofSeconds(25);

    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook;
    private final Console console;
    private final Runnable stop;

    private Interruption(Console console, Runnable stop) {
        this.console = console;
        this.stop = stop;
        this.hook = new Thread(this::stopAndWait, "skipjack-interruption");
    }

    /** From now on until it is closed, the end of the process waits. */
    static Interruption calling(Console console, Runnable stop) {
        var interruption = new Interruption(console, stop);
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    private void stopAndWait() {
        stop.run();
        try {
            if (!done.await(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                console.warn(
                        "the current step did not end within " + GRACE.toSeconds() + " s, the run is left as it was");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The work is in order; the process may end. */
    @Override
    public void close() {
        done.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // The process is ending already, which is what the hook waits for.
        }
    }
}
