package org.skipjack.core.cpu;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.skipjack.core.cpu.Value.Form;
import org.skipjack.kernels.Lanes;
import org.skipjack.kernels.ReduceLanes;

/**
 * Last pass: turns each value into kernels and each stage into phases: over the blocks of the batch, then over the rows of
 * what is not batched.
 */
final class Lower {
    /** Element operations in a task of a divided kernel: some 10 us, beside which claiming a task costs nothing. */
    private static final int TASK = 1 << 15;

    /** Least element operations worth dividing, as what reads the result then waits for all threads. */
    private static final long DIVIDED = 1 << 17;

    final Program program;
    final Memory memory;
    final int blocks;

    private final List<Phase> phases = new ArrayList<>();
    private final List<Kernel> perBlock = new ArrayList<>();
    private final RowPhases rows = new RowPhases();
    private final Set<Object> reads = new HashSet<>();
    private final Set<Object> writes = new HashSet<>();

    /** A part of a kernel on rows: {@code count} elements from {@code first}, a multiple of 16. */
    @FunctionalInterface
    interface Range {
        void run(int first, int count, int worker);
    }

    private Lower(Program program, Memory memory) {
        this.program = program;
        this.memory = memory;
        this.blocks = Lanes.blocks(program.batch);
    }

    /** The phases of each run. */
    static List<Phase> run(Program program, Memory memory) {
        var pass = new Lower(program, memory);
        List<List<Value>> stages = program.stages();
        int last = program.lastStage();
        for (int stage = 0; stage <= last; stage++) {
            pass.lower(stages.get(stage - Schedule.PREPARATION), stage, stage == last);
        }
        return Phase.joined(pass.phases);
    }

    /** The phases of the {@link Preparation}. */
    static List<Phase> preparation(Program program, Memory memory) {
        var pass = new Lower(program, memory);
        pass.lower(program.stages().getFirst(), Schedule.PREPARATION, false);
        return pass.phases;
    }

    private void lower(List<Value> values, int stage, boolean last) {
        var convolution = new LowerConvolution(this);
        var winograd = new LowerWinograd(this);
        var sweep = new LowerSweep(this);
        var norm = new LowerBatchNorm(this);
        var normSigmoid = new LowerNormSigmoid(this);
        var layers = new LowerLayers(this);
        var channels = new LowerChannels(this);
        var moves = new LowerMoves(this);
        for (Value v : values) {
            if (v.leaf() || v.owner != v) {
                continue;
            }
            reads.clear();
            writes.clear();
            if (v.chain != null) {
                elementwise(v, v.chain);
                continue;
            }
            touches(v);
            if (!convolution.lower(v)
                    && !winograd.lower(v)
                    && !sweep.lower(v)
                    && !norm.lower(v)
                    && !normSigmoid.lower(v)
                    && !layers.lower(v)
                    && !channels.lower(v)) {
                moves.lower(v);
            }
        }
        if (last) {
            program.stores.stream()
                    .filter(s -> !memory.storedInPlace(s.value()))
                    .forEach(this::store);
        }
        if (!perBlock.isEmpty()) {
            phases.add(Phase.inOrder("stage " + stage + " blocks", blocks, List.copyOf(perBlock)));
            perBlock.clear();
        }
        int first = phases.size();
        rows.flush("stage " + stage + " rows", phases);
        if (last && !program.stores.isEmpty()) {
            phases.subList(first, phases.size()).replaceAll(Phase::assigning);
        }
    }

    /** What the kernels to come read and write. */
    private void touches(Value v) {
        v.inputs.stream()
                .filter(in -> in.owner.place != null)
                .forEach(in -> reads.add(in.place().memory()));
        if (v.place != null) {
            writes.add(v.place.memory());
        }
    }

    /** Rows at the place of the chain's last op: a sum over the batch that feeds it may stand between the others. */
    private void elementwise(Value v, List<Value> chain) {
        boolean unbatched = v.form == Form.ROWS;
        if (v != (unbatched ? chain.getLast() : chain.getFirst())) {
            return;
        }
        chain.forEach(this::touches);
        var loop = new Elementwise(chain, memory);
        if (unbatched) {
            ranges(loop.label(), chain.size(), v.elements(), loop::rows);
        } else {
            perBlock(loop.label(), loop.flops(), loop::block);
        }
    }

    private void store(Program.Store store) {
        reads.clear();
        writes.clear();
        reads.add(store.value().place().memory());
        writes.add(store.target());
        Place from = store.value().place();
        int offset = store.value().viewOffset;
        float[] to = store.target().values();
        int n = store.target().shape().elements();
        ranges(
                "store " + store.target(),
                1,
                n,
                (first, count, t) -> System.arraycopy(from.array(), from.at(0, 0) + offset + first, to, first, count));
    }

    /** A kernel for each block of the batch. */
    void perBlock(String label, long flops, Kernel.Body body) {
        perBlock.add(new Kernel(label, flops, body));
    }

    /**
     * A kernel of the value being lowered that follows the blocks of its stage, divided into tasks. It may read the value's
     * inputs and what earlier kernels of the value wrote, and may write the value and scratch of its thread, nothing else:
     * from that the phases follow. Its tasks run at the same time, in any order and on any thread, so they write different
     * elements; and what they compute may not depend on the number of threads, nor may their number, unless each element is computed
     * by one task in an order of its own.
     */
    void rows(String label, int tasks, long flopsPerTask, Kernel.Body body) {
        rows.add(new Kernel(label, flopsPerTask, body), tasks, Set.copyOf(reads), Set.copyOf(writes));
    }

    /** The same for sums over the batch whose outputs are divided. */
    void sweep(String label, int tasks, long flopsPerTask, Kernel.Body body) {
        rows(label, tasks, flopsPerTask, body);
    }

    /** The same for a kernel that is too small to divide, or cannot be: one task. */
    void serial(String label, long flops, Kernel.Body body) {
        rows(label, 1, flops, body);
    }

    /**
     * The same for a kernel whose elements are independent: divided into ranges if it is large.
     *
     * @param operations operations for each element, which need not be of floating point
     * @param n number of elements
     */
    void ranges(String label, int operations, int n, Range body) {
        long all = (long) n * operations;
        int count = all < DIVIDED ? n : Lanes.pad(Math.max(1, TASK / operations));
        int tasks = (n + count - 1) / count;
        rows(label, tasks, all / tasks, (task, t) -> body.run(task * count, Math.min(count, n - task * count), t));
    }

    /** Examples in a block. */
    int valid(int block) {
        return Math.min(Lanes.COUNT, program.batch - block * Lanes.COUNT);
    }

    /** Adds up the blocks' partial results in block order. */
    void joinBlocks(Value v, Place partial, int n) {
        Place out = v.place();
        int stride = partial.blockStride();
        ranges(
                "join " + v,
                blocks,
                n,
                (first, count, t) -> ReduceLanes.blocks(
                        out.array(),
                        out.at(0, 0) + first,
                        partial.array(),
                        partial.at(0, 0) + first,
                        stride,
                        count,
                        blocks));
    }
}
