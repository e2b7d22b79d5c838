package org.skipjack.core.cpu;

import org.skipjack.core.Graph;
import org.skipjack.core.backend.Backend;
import org.skipjack.core.backend.Executable;
import org.skipjack.kernels.Simd;

/**
 * The CPU. A graph goes through the passes {@link Simplify}, {@link Lift}, {@link Schedule}, {@link Fuse}, {@link Memory}
 * and {@link Lower}; what comes out is replayed by {@link Workers}.
 */
public final class CpuBackend implements Backend {
    private final Workers workers;
    private final Arena arena = new Arena();

    /**
     * A backend with its own threads.
     *
     * @throws IllegalArgumentException if {@code threads < 1}
     */
    public CpuBackend(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("a CPU device needs at least 1 thread, got " + threads);
        }
        workers = new Workers(threads);
    }

    /** A thread for each processor that the JVM may use. */
    public static CpuBackend withDefaultThreads() {
        return new CpuBackend(Runtime.getRuntime().availableProcessors());
    }

    @Override
    public String describe() {
        return "cpu, " + workers.count() + (workers.count() == 1 ? " thread, " : " threads, ")
                + (Simd.AVAILABLE ? Simd.BITS + "-bit SIMD" : "scalar kernels (" + Simd.REASON + ")");
    }

    @Override
    public Executable compile(Graph graph) {
        return CpuPlan.of(graph, arena, workers);
    }
}
