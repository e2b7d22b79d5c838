package org.skipjack.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lets a training end in good order when the process is told to (Ctrl-C, SIGTERM): asks it to stop and holds the process
 * until this object is closed. The process then ends with the signal's exit code, 130 or 143.
 */
final class Interruption implements AutoCloseable {

    /** A step of a large net takes seconds; whoever cannot wait that long sends SIGKILL. */
    private static final Duration GRACE = Duration.ofSeconds(25);

    private final CountDownLatch done = new CountDownLatch(1);
    private final Console console;
    private @Nullable Thread hook;

    Interruption(Console console) {
        this.console = console;
    }

    /** From now on until this is closed, the end of the process asks to stop and then waits. */
    void calls(Runnable stop) {
        hook = new Thread(() -> stopAndWait(stop), "skipjack-interruption");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void stopAndWait(Runnable stop) {
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
        if (hook == null) {
            return;
        }
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // The process is ending already, which is what the hook waits for.
        }
    }
}
