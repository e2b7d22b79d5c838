package org.skipjack.core.cpu;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.skipjack.core.DType;
import org.skipjack.core.Graph;
import org.skipjack.core.Tensor;
import org.skipjack.core.backend.Executable;
import org.skipjack.core.backend.KernelTime;

/** A planned graph: phases of kernels over places that are fixed. */
final class CpuPlan implements Executable {
    private final Workers workers;
    private final Program program;
    private final Memory memory;
    private final Preparation preparation;
    private final List<Phase> phases;

    private CpuPlan(Workers workers, Program program, Memory memory, Preparation preparation, List<Phase> phases) {
        this.workers = workers;
        this.program = program;
        this.memory = memory;
        this.preparation = preparation;
        this.phases = phases;
    }

    /** All passes in order, without the rules named. */
    static CpuPlan of(Graph graph, Arena arena, PreparedPlaces places, Workers workers, Set<String> without) {
        CpuPlan plan = lowered(graph, arena, places, workers, without);
        plan.memory.finish(workers.count());
        WarmUp.of(plan.phases);
        return plan;
    }

    /** The plan with its kernels generated but not compiled, and without memory. */
    static CpuPlan lowered(Graph graph, Arena arena, PreparedPlaces places, Workers workers, Set<String> without) {
        Program program = program(Simplify.run(graph), workers.count(), without);
        Schedule.run(program);
        Fuse.run(program);
        var memory = new Memory(program, arena, places);
        memory.plan();
        var preparation = new Preparation(program, Lower.preparation(program, memory));
        return new CpuPlan(workers, program, memory, preparation, Lower.run(program, memory));
    }

    private static Program program(Graph graph, int threads, Set<String> without) {
        Graph small = SmallBatch.of(graph, without);
        if (small == null) {
            // Once more, as what rules make of forward and backward pass can be the same.
            Graph rewritten = Simplify.run(Rewrite.run(graph, Rewrite.RULES, without));
            return Lift.run(rewritten, SmallBatch.batch(graph), threads);
        }
        Program program = Lift.run(small, 0, threads);
        Preparation.mark(program);
        return program;
    }

    @Override
    public float[][] run(List<Tensor> data) {
        run(data, phases);
        var outputs = new float[program.outputs.size()][];
        for (int i = 0; i < outputs.length; i++) {
            Value v = program.outputs.get(i);
            outputs[i] = new float[v.shape.elements()];
            System.arraycopy(v.place().array(), v.place().at(0, 0) + v.viewOffset, outputs[i], 0, v.shape.elements());
        }
        return outputs;
    }

    @Override
    public List<KernelTime> time(List<Tensor> data, int runs) {
        var clocks = new Clocks(phases, workers.count());
        for (int i = 0; i < runs; i++) {
            run(data, clocks.phases());
        }
        return clocks.times(runs);
    }

    private void run(List<Tensor> data, List<Phase> of) {
        for (int i = 0; i < data.size(); i++) {
            Tensor leaf = data.get(i);
            Place place = program.data.get(i).place();
            if (leaf.dtype() == DType.INT32) {
                place.bind(leaf.intValues());
            } else {
                place.bind(leaf.values());
            }
        }
        preparation.run(workers);
        try {
            workers.run(of);
        } finally {
            program.stores.forEach(s -> s.target().changed());
        }
    }

    @Override
    public long workspaceBytes() {
        return memory.bytes();
    }

    @Override
    public String explain() {
        var out = new StringBuilder();
        for (Phase phase : phases) {
            out.append(String.format(Locale.ROOT, "%s, %d tasks%n", phase.name(), phase.tasks()));
            for (Kernel kernel : phase.kernels()) {
                out.append(String.format(Locale.ROOT, "  %-60s %,14d FLOP a task%n", kernel.label(), kernel.flops()));
            }
        }
        return out.append(String.format(Locale.ROOT, "%,d bytes of working memory%n", workspaceBytes()))
                .toString();
    }
}
