package org.skipjack.core.cpu;

import java.util.ArrayList;
import java.util.List;
import org.skipjack.core.cpu.Value.Form;
import org.skipjack.kernels.Lanes;
import org.skipjack.kernels.ReduceLanes;

/**
 * Last pass: turns each value into kernels and each stage into phases: over the blocks of the batch, then over the outputs
 * of sweeps, then what one thread does alone.
 */
final class Lower {
    final Program program;
    final Memory memory;
    final int blocks;

    private final List<Phase> phases = new ArrayList<>();
    private final List<Kernel> perBlock = new ArrayList<>();
    private final List<Sweep> sweeps = new ArrayList<>();
    private final List<Kernel> serial = new ArrayList<>();

    /** A kernel whose outputs are divided into tasks. */
    private record Sweep(int tasks, Kernel kernel) {}

    private Lower(Program program, Memory memory) {
        this.program = program;
        this.memory = memory;
        this.blocks = Lanes.blocks(program.batch);
    }

    static List<Phase> run(Program program, Memory memory) {
        var pass = new Lower(program, memory);
        int last = program.lastStage();
        for (int stage = 0; stage <= last; stage++) {
            pass.lower(stage, stage == last);
        }
        return pass.phases;
    }

    private void lower(int stage, boolean last) {
        var convolution = new LowerConvolution(this);
        var winograd = new LowerWinograd(this);
        var norm = new LowerBatchNorm(this);
        var normSigmoid = new LowerNormSigmoid(this);
        var layers = new LowerLayers(this);
        var moves = new LowerMoves(this);
        for (Value v : program.values) {
            if (v.stage != stage || v.leaf() || v.owner != v) {
                continue;
            }
            if (v.chain != null) {
                if (v.chain.getFirst() == v) {
                    Kernel kernel = Elementwise.of(v.chain, memory);
                    (v.form == Form.ROWS ? serial : perBlock).add(kernel);
                }
            } else if (!convolution.lower(v)
                    && !winograd.lower(v)
                    && !norm.lower(v)
                    && !normSigmoid.lower(v)
                    && !layers.lower(v)) {
                moves.lower(v);
            }
        }
        if (last) {
            program.stores.stream()
                    .filter(s -> !memory.storedInPlace(s.value()))
                    .forEach(s -> store(s));
        }
        flush(stage);
    }

    private void store(Program.Store store) {
        Place from = store.value().place();
        int offset = store.value().viewOffset;
        float[] to = store.target().values();
        int n = store.target().shape().elements();
        serial(
                "store " + store.target(),
                0,
                (task, worker) -> System.arraycopy(from.array(), from.at(0, 0) + offset, to, 0, n));
    }

    private void flush(int stage) {
        if (!perBlock.isEmpty()) {
            phases.add(new Phase("stage " + stage + " blocks", blocks, List.copyOf(perBlock)));
        }
        if (!sweeps.isEmpty()) {
            phases.add(new Phase("stage " + stage + " sweeps", tasks(), List.of(joined())));
        }
        if (!serial.isEmpty()) {
            phases.add(new Phase("stage " + stage + " serial", 1, List.copyOf(serial)));
        }
        perBlock.clear();
        sweeps.clear();
        serial.clear();
    }

    private int tasks() {
        return sweeps.stream().mapToInt(Sweep::tasks).sum();
    }

    /** All sweeps of a stage as one kernel, so that their tasks are divided together. */
    private Kernel joined() {
        var bodies = new ArrayList<Kernel.Body>();
        var firsts = new ArrayList<Integer>();
        var labels = new ArrayList<String>();
        long flops = 0;
        for (Sweep sweep : sweeps) {
            int first = bodies.size();
            labels.add(sweep.kernel.label());
            flops += sweep.tasks * sweep.kernel.flops();
            for (int i = 0; i < sweep.tasks; i++) {
                bodies.add(sweep.kernel.body());
                firsts.add(first);
            }
        }
        int[] start = firsts.stream().mapToInt(i -> i).toArray();
        return new Kernel(
                String.join(", ", labels),
                flops / tasks(),
                (task, worker) -> bodies.get(task).run(task - start[task], worker));
    }

    void perBlock(String label, long flops, Kernel.Body body) {
        perBlock.add(new Kernel(label, flops, body));
    }

    void sweep(String label, int tasks, long flopsPerTask, Kernel.Body body) {
        sweeps.add(new Sweep(tasks, new Kernel(label, flopsPerTask, body)));
    }

    void serial(String label, long flops, Kernel.Body body) {
        serial.add(new Kernel(label, flops, body));
    }

    /** Examples in a block. */
    int valid(int block) {
        return Math.min(Lanes.COUNT, program.batch - block * Lanes.COUNT);
    }

    /** Adds up the blocks' partial results in block order. */
    void joinBlocks(Value v, Place partial, int n) {
        Place out = v.place();
        int stride = partial.blockStride();
        serial(
                "join " + v,
                (long) n * blocks,
                (b, t) -> ReduceLanes.blocks(
                        out.array(), out.at(0, 0), partial.array(), partial.at(0, 0), stride, n, blocks));
    }
}
