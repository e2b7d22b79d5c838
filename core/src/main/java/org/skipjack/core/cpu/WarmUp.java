package org.skipjack.core.cpu;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.skipjack.core.Cancellation;
import org.skipjack.kernels.ColdKernels;

/** Has the kernels that were generated for a plan compiled before it runs, if it is large enough to be worth that. */
final class WarmUp {
    /** Floating-point operations of a plan that take longer in cold kernels than compiling does. */
    private static final long LARGE = 100_000_000;

    /** Enough that while the compiler works on the kernel of one, another has its own ready. */
    private static final int THREADS = 2;

    /** How often it is asked whether to give up. */
    private static final int MILLIS = 50;

    private WarmUp() {}

    /**
     * Waits until all are compiled, unless the plan is given up; the rest of them are then compiled all the same.
     *
     * <p>Kernels of small plans are left to get warm by themselves: a program may make a great many of them.
     */
    static void of(List<Phase> phases) {
        Queue<Consumer<float[]>> cold = new ConcurrentLinkedQueue<>(ColdKernels.take());
        long flops = 0;
        for (Phase phase : phases) {
            for (Kernel kernel : phase.kernels()) {
                flops += kernel.flops() * phase.tasks();
            }
        }
        if (flops < LARGE) {
            return;
        }
        var threads = new ArrayDeque<Thread>();
        for (int i = 0; i < Math.min(THREADS, cold.size()); i++) {
            threads.add(
                    Thread.ofPlatform().daemon().name("skipjack-warm-up-" + i).start(() -> {
                        var scratch = new float[ColdKernels.SCRATCH];
                        for (var next = cold.poll(); next != null; next = cold.poll()) {
                            next.accept(scratch);
                        }
                    }));
        }
        var cancelled = Cancellation.wanted();
        boolean interrupted = false;
        try {
            while (!threads.isEmpty()) {
                Cancellation.check(cancelled);
                try {
                    if (threads.getFirst().join(Duration.ofMillis(MILLIS))) {
                        threads.removeFirst();
                    }
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
