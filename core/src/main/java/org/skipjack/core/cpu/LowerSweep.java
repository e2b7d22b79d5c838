package org.skipjack.core.cpu;

import org.skipjack.core.cpu.SweepOp.Pass;
import org.skipjack.kernels.ConvGeometry;
import org.skipjack.kernels.Lanes;
import org.skipjack.kernels.ReduceLanes;
import org.skipjack.kernels.Slice;
import org.skipjack.kernels.WinogradGradientSweep;
import org.skipjack.kernels.WinogradSweep;

/** Kernels of Winograd convolutions over the whole batch. */
final class LowerSweep {
    private final Lower to;

    /** Makes the factors of a block. */
    @FunctionalInterface
    private interface Transform {
        void run(int block, int worker, Slice maps, Slice scratch);
    }

    LowerSweep(Lower to) {
        this.to = to;
    }

    static WinogradSweep sweep(ConvGeometry g, Pass pass, Program program) {
        int blocks = Lanes.blocks(program.batch);
        return pass == Pass.FORWARD
                ? WinogradSweep.forward(g, blocks, program.threads)
                : WinogradSweep.inputGradient(g, blocks, program.threads);
    }

    static WinogradGradientSweep gradient(ConvGeometry g, Program program) {
        return WinogradGradientSweep.of(g, Lanes.blocks(program.batch), program.threads);
    }

    /** Emits the kernels of a value; false if its op is none of these. */
    boolean lower(Value v) {
        if (!(v.op instanceof SweepOp op)) {
            return false;
        }
        switch (op) {
            case SweepOp.Factors f -> {
                WinogradSweep sweep = sweep(f.geometry(), f.pass(), to.program);
                factors(
                        v,
                        sweep.blockScratch(),
                        (b, t, x, scratch) -> sweep.factors(v.place().slice(b, t), x, scratch));
            }
            case SweepOp.Products p -> products(v, sweep(p.geometry(), p.pass(), to.program));
            case SweepOp.Results r -> results(v, sweep(r.geometry(), r.pass(), to.program));
            case SweepOp.TurnedFactors f -> {
                WinogradGradientSweep sweep = gradient(f.geometry(), to.program);
                factors(
                        v,
                        sweep.blockScratch(),
                        (b, t, x, scratch) -> sweep.factors(b, v.place().slice(0, t), x, scratch));
            }
            case SweepOp.WeightGradient w -> weightGradient(v, gradient(w.geometry(), to.program));
        }
        return true;
    }

    private void factors(Value v, int floats, Transform transform) {
        Place maps = v.input(0).place();
        int vectors = v.input(0).elements();
        Place scratch = to.memory.temporary(0, floats);
        to.perBlock(v.toString(), 0, (b, t) -> {
            ReduceLanes.clearTail(maps.array(), maps.at(b, t), vectors, to.valid(b));
            transform.run(b, t, maps.slice(b, t), scratch.slice(b, t));
        });
    }

    private void products(Value v, WinogradSweep sweep) {
        Place factors = v.input(0).place();
        var w = new Operand(v.input(1));
        Place out = v.place();
        Place scratch = to.memory.temporary(0, sweep.scratch());
        to.sweep(
                v.toString(),
                sweep.tasks(),
                sweep.flops(),
                (task, t) ->
                        sweep.products(task, out.slice(0, t), factors.slice(0, t), w.slice(0), scratch.slice(0, t)));
    }

    private void results(Value v, WinogradSweep sweep) {
        Place products = v.input(0).place();
        var bias = v.inputs.size() == 2 ? new Operand(v.input(1)) : Operand.NONE;
        Place maps = v.place();
        Place scratch = to.memory.temporary(0, sweep.blockScratch());
        to.perBlock(
                v.toString(),
                0,
                (b, t) -> sweep.results(maps.slice(b, t), products.slice(b, t), bias.slice(0), scratch.slice(b, t)));
    }

    private void weightGradient(Value v, WinogradGradientSweep sweep) {
        Place gradients = v.input(0).place();
        Place factors = v.input(1).place();
        Place dw = v.place();
        Place scratch = to.memory.temporary(0, sweep.scratch());
        to.sweep(
                v.toString(),
                sweep.tasks(),
                sweep.flops(),
                (task, t) -> sweep.run(
                        task, dw.slice(0, t), gradients.slice(0, t), factors.slice(0, t), scratch.slice(0, t)));
    }
}
