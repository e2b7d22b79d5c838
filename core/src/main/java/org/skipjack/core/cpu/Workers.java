package org.skipjack.core.cpu;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Cancellation;

/**
 * Persistent threads that run the phases of a plan in step. The caller's thread is one of them; the others spin for a
 * moment between plans and then sleep.
 *
 * <p>Blocks are divided in contiguous ranges, so the same thread meets the same block in each phase and finds it in its
 * cache. Other tasks are dealt out in turn, so that neighbours, which often read the same weights, run at the same time; who
 * has done his takes over from others. Which thread does what has no influence on results.
 *
 * <p>Threads may run on processors without a common cache, where a line goes from one to the other in 0.2 microseconds.
 * Meeting moves one line, and a thread counts its tasks on a line of its own.
 */
final class Workers {
    private static final int SPINS_BEFORE_YIELD = 20_000;
    private static final int SPINS_BEFORE_SLEEP = 50_000;

    /** Counters from one thread's to the next one's: two lines of the cache, as processors fetch them in pairs. */
    private static final int APART = 32;

    private final int count;
    private final Thread[] threads;
    /** How often a thread has come to the end of a phase: {@code count} times for each phase. */
    private final AtomicLong arrived = new AtomicLong();
    /** For odd and even phases, by thread: how many of its tasks somebody has taken, if tasks are claimed. */
    private final AtomicIntegerArray[] claimed;

    private final AtomicInteger plan = new AtomicInteger();
    private List<Phase> phases = List.of();
    private BooleanSupplier cancelled = () -> false;
    private volatile @Nullable Throwable failure;

    Workers(int count) {
        this.count = count;
        this.threads = new Thread[count];
        this.claimed =
                new AtomicIntegerArray[] {new AtomicIntegerArray(count * APART), new AtomicIntegerArray(count * APART)};
        for (int w = 1; w < count; w++) {
            int worker = w;
            threads[w] = Thread.ofPlatform().daemon().name("skipjack-" + w).unstarted(() -> serve(worker));
        }
    }

    int count() {
        return count;
    }

    /**
     * Runs all phases; an exception of any kernel ends the plan and comes out here. So does the wish to give the plan up, which
     * the caller's thread looks for before each kernel until variables may be written: all threads meet between that and the
     * first such phase, so either none of them writes any or all write all.
     */
    void run(List<Phase> newPhases) {
        if (newPhases.isEmpty()) {
            return;
        }
        cancelled = Cancellation.wanted();
        Cancellation.check(cancelled);
        if (newPhases.size() == 1 && newPhases.getFirst().tasks() == 1) {
            run(newPhases.getFirst(), 0, 0);
            return;
        }
        phases = newPhases;
        failure = null;
        plan.incrementAndGet();
        for (int w = 1; w < count; w++) {
            if (threads[w].getState() == Thread.State.NEW) {
                threads[w].start();
            } else {
                LockSupport.unpark(threads[w]);
            }
        }
        work(0);
        Throwable thrown = failure;
        if (thrown instanceof RuntimeException e) {
            throw e;
        } else if (thrown instanceof Error e) {
            throw e;
        }
    }

    private void serve(int worker) {
        int done = 0;
        while (true) {
            for (int spins = 0; plan.get() == done; spins++) {
                if (spins < SPINS_BEFORE_SLEEP) {
                    Thread.onSpinWait();
                } else {
                    LockSupport.park(this);
                }
            }
            done++;
            work(worker);
        }
    }

    private void work(int worker) {
        for (Phase phase : phases) {
            int parity = (int) (arrived.get() / count % 2);
            claimed[1 - parity].setPlain(worker * APART, 0);
            try {
                if (phase.claimed() && count > 1) {
                    for (int i = 0; i < count; i++) {
                        claim(phase, claimed[parity], (worker + i) % count, worker);
                    }
                } else {
                    int last = share(phase.tasks(), worker + 1);
                    for (int task = share(phase.tasks(), worker); task < last && failure == null; task++) {
                        run(phase, task, worker);
                    }
                }
            } catch (RuntimeException | Error e) {
                failure = e;
            }
            meet();
        }
    }

    /** Runs what nobody has taken yet of the tasks of {@code owner}. */
    private void claim(Phase phase, AtomicIntegerArray taken, int owner, int worker) {
        int counter = owner * APART;
        if (owner != worker && taken.get(counter) * count + owner >= phase.tasks()) {
            return;
        }
        for (int task = taken.getAndIncrement(counter) * count + owner;
                task < phase.tasks() && failure == null;
                task = taken.getAndIncrement(counter) * count + owner) {
            run(phase, task, worker);
        }
    }

    private void run(Phase phase, int task, int worker) {
        var kernels = phase.kernels();
        boolean cancellable = worker == 0 && !phase.assigns();
        for (int k = 0; k < kernels.size(); k++) {
            if (cancellable) {
                Cancellation.check(cancelled);
            }
            kernels.get(k).body().run(task, worker);
        }
    }

    private int share(int tasks, int worker) {
        return (int) (((long) tasks * worker + count - 1) / count);
    }

    @SuppressWarnings("ThreadPriorityCheck") // Spinning threads give way when there are more of them than processors.
    private void meet() {
        if (count == 1) {
            return;
        }
        long all = Math.ceilDiv(arrived.incrementAndGet(), count) * count;
        for (int spins = 0; arrived.get() < all; spins++) {
            if (spins < SPINS_BEFORE_YIELD) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
    }
}
