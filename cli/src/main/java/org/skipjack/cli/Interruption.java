package org.skipjack.cli;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jline.utils.Signals;
import org.jspecify.annotations.Nullable;
import org.skipjack.train.TrainingListener;
import org.skipjack.train.TrainingResult;

/**
 * Lets a training end in good order when the process is told to end (Ctrl-C, SIGTERM, a closed terminal): the first signal
 * asks it to stop, the second ends the process at once. A training that has nothing to save and is still busy after a second,
 * with compiling its first step for example, is ended as it is.
 *
 * <p>A signal that the process was started to ignore, as {@code nohup} does, stays ignored. Where signals cannot be caught
 * (the JVM's option {@code -Xrs}), each ends the process at once.
 */
final class Interruption implements TrainingListener, AutoCloseable {

    /** Names and numbers of the signals. */
    private static final Map<String, Integer> SIGNALS = Map.of("HUP", 1, "INT", 2, "TERM", 15);

    /** A process that ended by a signal has this plus its number as exit code. */
    private static final int BY_SIGNAL = 128;

    private static final long PATIENCE_MILLIS = 1000;

    private final Map<String, @Nullable Object> handlersBefore = new HashMap<>();
    private final AtomicInteger exitCode = new AtomicInteger(ExitCode.DONE);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Console console;

    Interruption(Console console) {
        this.console = console;
    }

    /**
     * From now on until this is closed, the first signal asks to stop.
     *
     * @param stop asks
     * @param nothingToSave a last line if the training's present state is saved, else empty
     */
    void calls(Runnable stop, Supplier<Optional<String>> nothingToSave) {
        SIGNALS.forEach((name, number) -> handlersBefore.put(
                name, Signals.register(name, () -> received(BY_SIGNAL + number, stop, nothingToSave))));
    }

    private void received(int code, Runnable stop, Supplier<Optional<String>> nothingToSave) {
        if (!exitCode.compareAndSet(ExitCode.DONE, code)) {
            end(code, "skipjack: ended at once; train --resume goes on from the newest checkpoint");
        }
        console.warn("stopping; a second signal ends at once");
        stop.run();
        try {
            if (!stopped.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                endBusy(code, nothingToSave);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void endBusy(int code, Supplier<Optional<String>> nothingToSave) {
        if (stopped.getCount() > 0) {
            nothingToSave.get().ifPresent(line -> end(code, line));
        }
    }

    private void end(int code, String line) {
        console.err().println(line);
        console.out().flush();
        Runtime.getRuntime().halt(code);
    }

    /** The training has stopped, and whoever listens may write files. */
    @Override
    public synchronized void onEnd(TrainingResult result) {
        stopped.countDown();
    }

    /** The exit code of a training that was stopped: that of the signal, or of Ctrl-C if its thread was interrupted. */
    int exitCode() {
        return exitCode.get() == ExitCode.DONE ? ExitCode.INTERRUPTED : exitCode.get();
    }

    /** Signals end the process again. */
    @Override
    public void close() {
        stopped.countDown();
        handlersBefore.forEach(Signals::unregister);
    }
}
