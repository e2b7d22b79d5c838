package org.skipjack.core;

import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * Lets whoever starts a computation give it up on the way.
 *
 * <p>A plan that is given up has changed no variable: assignments are its last part, and once that has begun, it is carried
 * through. So the same step can be run again later, with the result that it would have had.
 *
 * <pre>{@code
 * Cancellation.heed(() -> stopRequested, () -> optimizer.minimize(loss));
 * }</pre>
 */
public final class Cancellation {

    private static final ScopedValue<BooleanSupplier> WANTED = ScopedValue.newInstance();

    private Cancellation() {}

    /**
     * Does work on this thread whose plans are given up, while they are made or run, once that is wanted. The CPU asks before
     * each kernel; a backend that cannot be interrupted ends its plan first.
     *
     * @param wanted is asked often, by this thread
     * @throws CancellationException if a plan was given up
     */
    public static void heed(BooleanSupplier wanted, Runnable work) {
        ScopedValue.where(WANTED, wanted).run(work);
    }

    /** Whether the present work of this thread is to be given up; for backends, which find out once for each run. */
    public static BooleanSupplier wanted() {
        return WANTED.orElse(() -> false);
    }

    /**
     * Gives the present work up if that is wanted; for backends.
     *
     * @throws CancellationException if it is
     */
    public static void check(BooleanSupplier wanted) {
        if (wanted.getAsBoolean()) {
            throw new CancellationException("the plan was given up before it changed anything");
        }
    }
}
