package org.skipjack.core.cpu;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.skipjack.core.Graph;
import org.skipjack.core.backend.Backend;
import org.skipjack.core.backend.Executable;
import org.skipjack.kernels.Simd;

/**
 * The CPU. A graph goes through the passes {@link Simplify}, {@link Rewrite}, {@link Lift}, {@link Schedule}, {@link Fuse}, {@link Memory}
 * and {@link Lower}; what comes out is replayed by {@link Workers}.
 */
public final class CpuBackend implements Backend {
    private final Workers workers;
    private final Arena arena = new Arena(Arena.BANK);
    private final PreparedPlaces places = new PreparedPlaces();
    private final Supplier<Set<String>> without;

    /**
     * A backend with its own threads.
     *
     * @throws IllegalArgumentException if {@code threads < 1}
     */
    public CpuBackend(int threads) {
        this(threads, CpuBackend::without);
    }

    /**
     * The rules that system properties switch off: those that {@code skipjack.without} names, and what
     * {@code skipjack.convolution} implies, which is {@code direct}, {@code winograd} (wherever it is defined) or, if it is
     * not set, {@code auto} (where it is faster).
     */
    static Set<String> without() {
        var names = new HashSet<>(
                Arrays.asList(System.getProperty("skipjack.without", "").split(",")));
        String convolution = System.getProperty("skipjack.convolution", "auto");
        if (!convolution.equals("winograd")) {
            names.add(WinogradRule.EVERYWHERE.name());
        }
        if (convolution.equals("direct")) {
            names.add(WinogradRule.WHERE_FASTER.name());
            names.add(new WinogradSweepRule().name());
        }
        return names;
    }

    /**
     * A backend that leaves out some of the planner's rules, to measure what they bring.
     *
     * @param threads number of threads
     * @param without names of rules
     * @throws IllegalArgumentException if {@code threads < 1}
     */
    public CpuBackend(int threads, Set<String> without) {
        this(threads, () -> without);
    }

    private CpuBackend(int threads, Supplier<Set<String>> without) {
        if (threads < 1) {
            throw new IllegalArgumentException("a CPU device needs at least 1 thread, got " + threads);
        }
        this.workers = new Workers(threads);
        this.without = without;
    }

    /** A thread for each processor that the JVM may use. */
    public static CpuBackend withDefaultThreads() {
        return new CpuBackend(Runtime.getRuntime().availableProcessors());
    }

    /** The names of the planner's rules, as {@code skipjack.without} takes them. */
    public static List<String> rules() {
        return Stream.concat(Rewrite.RULES.stream(), SmallBatch.RULES.stream())
                .map(Rule::name)
                .distinct()
                .toList();
    }

    @Override
    public String describe() {
        return "cpu, " + workers.count() + (workers.count() == 1 ? " thread, " : " threads, ")
                + (Simd.AVAILABLE ? Simd.BITS + "-bit SIMD" : "scalar kernels (" + Simd.REASON + ")");
    }

    @Override
    public Executable compile(Graph graph) {
        return CpuPlan.of(graph, arena, places, workers, without.get());
    }
}
