package org.skipjack.core.cpu;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Persistent threads that run the phases of a plan in step. The caller's thread is one of them; the others spin for a
 * moment between plans and then sleep.
 *
 * <p>Blocks are divided in contiguous ranges, so the same thread meets the same block in each phase and finds it in its
 * cache; tasks of unlike length go to whoever comes first. Which thread does what has no influence on results.
 */
final class Workers {
    private static final int SPINS_BEFORE_YIELD = 20_000;
    private static final int SPINS_BEFORE_SLEEP = 50_000;

    private final int count;
    private final Thread[] threads;
    private final AtomicInteger arrived = new AtomicInteger();
    /** Tasks of the present phase that somebody has taken, if it is one whose tasks are claimed. */
    private final AtomicInteger claimed = new AtomicInteger();

    private volatile int meeting;
    private final AtomicInteger plan = new AtomicInteger();
    private List<Phase> phases = List.of();
    private volatile @Nullable Throwable failure;

    Workers(int count) {
        this.count = count;
        this.threads = new Thread[count];
        for (int w = 1; w < count; w++) {
            int worker = w;
            threads[w] = Thread.ofPlatform().daemon().name("skipjack-" + w).unstarted(() -> serve(worker));
        }
    }

    int count() {
        return count;
    }

    /** Runs all phases; an exception of any kernel ends the plan and comes out here. */
    void run(List<Phase> newPhases) {
        if (newPhases.isEmpty()) {
            return;
        }
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
            try {
                if (phase.claimed() && count > 1) {
                    for (int task = claimed.getAndIncrement();
                            task < phase.tasks() && failure == null;
                            task = claimed.getAndIncrement()) {
                        run(phase, task, worker);
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

    private static void run(Phase phase, int task, int worker) {
        var kernels = phase.kernels();
        for (int k = 0; k < kernels.size(); k++) {
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
        int round = meeting;
        if (arrived.incrementAndGet() == count) {
            arrived.set(0);
            claimed.set(0);
            meeting = round + 1;
            return;
        }
        for (int spins = 0; meeting == round; spins++) {
            if (spins < SPINS_BEFORE_YIELD) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
    }
}
