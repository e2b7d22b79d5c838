package org.skipjack.core.cpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.skipjack.core.backend.KernelTime;

/** The phases of a plan with a clock at each kernel. */
final class Clocks {
    private static final double NANOS = 1e9;

    /** Counters of one kernel lie a cache line apart from thread to thread. */
    private static final int STRIDE = 16;

    private final List<Phase> phases;
    private final List<Phase> clocked = new ArrayList<>();
    private final List<long[]> nanos = new ArrayList<>();
    private final List<long[]> shortest = new ArrayList<>();
    private final int workers;

    Clocks(List<Phase> phases, int workers) {
        this.phases = phases;
        this.workers = workers;
        for (Phase phase : phases) {
            var kernels = new ArrayList<Kernel>();
            for (Kernel kernel : phase.kernels()) {
                long[] sum = new long[workers * STRIDE];
                long[] least = new long[phase.tasks()];
                Arrays.fill(least, Long.MAX_VALUE);
                nanos.add(sum);
                shortest.add(least);
                kernels.add(new Kernel(kernel.label(), kernel.flops(), (task, worker) -> {
                    long start = System.nanoTime();
                    kernel.body().run(task, worker);
                    long elapsed = System.nanoTime() - start;
                    sum[worker * STRIDE] += elapsed;
                    least[task] = Math.min(least[task], elapsed);
                }));
            }
            clocked.add(new Phase(phase.name(), phase.tasks(), kernels, phase.claimed(), phase.assigns()));
        }
    }

    /** To be run instead of the plan's own phases. */
    List<Phase> phases() {
        return clocked;
    }

    /** What the clocks show after so many runs. */
    List<KernelTime> times(int runs) {
        var times = new ArrayList<KernelTime>();
        for (Phase phase : phases) {
            for (Kernel kernel : phase.kernels()) {
                long[] sum = nanos.get(times.size());
                long total = 0;
                for (int w = 0; w < workers; w++) {
                    total += sum[w * STRIDE];
                }
                double least = Arrays.stream(shortest.get(times.size())).sum() / NANOS;
                long flops = kernel.flops() * phase.tasks();
                double seconds = total / NANOS / runs;
                times.add(new KernelTime(phase.name(), kernel.label(), phase.tasks(), flops, seconds, least));
            }
        }
        return times;
    }
}
