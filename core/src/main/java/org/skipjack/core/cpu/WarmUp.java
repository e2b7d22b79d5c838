package org.skipjack.core.cpu;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.skipjack.kernels.ColdKernels;

/** Has the kernels that were generated for a plan compiled before it runs, if it is large enough to be worth that. */
final class WarmUp {
    /** Floating-point operations of a plan that take longer in cold kernels than compiling does. */
    private static final long LARGE = 100_000_000;

    /** Enough that while the compiler works on the kernel of one, another has its own ready. */
    private static final int THREADS = 2;

    private WarmUp() {}

    /** Kernels of small plans are left to get warm by themselves: a program may make a great many of them. */
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
        boolean interrupted = false;
        while (!threads.isEmpty()) {
            try {
                threads.getFirst().join();
                threads.removeFirst();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
