package org.skipjack.core.cpu;

import org.skipjack.core.cpu.Value.Form;
import org.skipjack.core.op.BatchNorm;
import org.skipjack.core.op.BatchNormInputGradient;
import org.skipjack.core.op.BatchNormSums;
import org.skipjack.core.op.BatchStatistics;
import org.skipjack.kernels.BatchNormLanes;
import org.skipjack.kernels.Lanes;
import org.skipjack.kernels.PoolGeometry;
import org.skipjack.kernels.PoolLanes;

/** Kernels of batch normalisation and of its gradients. */
final class LowerBatchNorm {
    private final Lower to;

    LowerBatchNorm(Lower to) {
        this.to = to;
    }

    /** Emits the kernels of a value; false if its op is none of these, or is computed in rows. */
    boolean lower(Value v) {
        if (v.form == Form.ROWS || v.op == null) {
            return false;
        }
        switch (v.op) {
            case BatchStatistics op -> statistics(v);
            case BatchNorm op -> normalize(v, op.epsilon(), false);
            case FusedOp.NormSigmoid op -> normalize(v, op.epsilon(), true);
            case BatchNormSums op -> sums(v, op);
            case BatchNormInputGradient op -> inputGradient(v, op);
            case FusedOp.PoolNormInputGradient op -> pooledInputGradient(v, op);
            default -> {
                return false;
            }
        }
        return true;
    }

    private static int channels(Value x) {
        return x.shape.dim(1);
    }

    private static int pixels(Value x) {
        return x.shape.elements(2, x.shape.rank());
    }

    private void statistics(Value v) {
        Value in = v.input(0);
        Place x = in.place();
        Place out = v.place();
        int c = channels(in);
        int size = pixels(in);
        Place partial = to.memory.extraPerBlock(3 * c);
        Place sums = to.memory.temporary(0, BatchNormLanes.SUMS);
        to.perBlock(
                v.toString(),
                4L * in.elements() * Lanes.COUNT,
                (b, t) -> BatchNormLanes.statistics(
                        partial.array(),
                        partial.at(b, t),
                        x.array(),
                        x.at(b, t),
                        c,
                        size,
                        to.valid(b),
                        sums.array(),
                        sums.at(b, t)));
        to.serial(
                "merge " + v,
                0,
                (b, t) -> BatchNormLanes.merge(
                        out.array(),
                        out.at(0, 0),
                        partial.array(),
                        partial.at(0, 0),
                        partial.blockStride(),
                        c,
                        size,
                        to.program.batch));
    }

    private void normalize(Value v, float epsilon, boolean sigmoid) {
        Value in = v.input(0);
        Place x = in.place();
        var stats = new Operand(v.input(1));
        var gamma = new Operand(v.input(2));
        var beta = new Operand(v.input(3));
        Place y = v.place();
        int c = channels(in);
        int size = pixels(in);
        to.perBlock(
                v.toString(),
                3L * in.elements() * Lanes.COUNT,
                (b, t) -> BatchNormLanes.normalize(
                        y.array(),
                        y.at(b, t),
                        x.array(),
                        x.at(b, t),
                        stats.array(),
                        stats.at(),
                        gamma.array(),
                        gamma.at(),
                        beta.array(),
                        beta.at(),
                        c,
                        size,
                        epsilon,
                        sigmoid));
    }

    private void sums(Value v, BatchNormSums op) {
        Value in = v.input(1);
        Place dy = v.input(0).place();
        Place x = in.place();
        var stats = new Operand(v.input(2));
        int c = channels(in);
        int size = pixels(in);
        Place partial = to.memory.extraPerBlock(2 * c);
        Place sums = to.memory.temporary(0, BatchNormLanes.SUMS);
        to.perBlock(
                v.toString(),
                4L * in.elements() * Lanes.COUNT,
                (b, t) -> BatchNormLanes.sums(
                        partial.array(),
                        partial.at(b, t),
                        dy.array(),
                        dy.at(b, t),
                        x.array(),
                        x.at(b, t),
                        stats.array(),
                        stats.at(),
                        c,
                        size,
                        to.valid(b),
                        op.epsilon(),
                        sums.array(),
                        sums.at(b, t)));
        to.joinBlocks(v, partial, 2 * c);
    }

    /** Some channels of the input gradient of one block. */
    @FunctionalInterface
    private interface Channels {
        void run(int block, int worker, int first, int last);
    }

    private void inputGradient(Value v, BatchNormInputGradient op) {
        Channels gradient = inputGradient(v, v.input(0).place(), op.epsilon());
        int c = channels(v);
        to.perBlock(v.toString(), flops(v), (b, t) -> gradient.run(b, t, 0, c));
    }

    /** Channel by channel: the batch norm's gradient goes over what the pool's has left in the cache. */
    private void pooledInputGradient(Value v, FusedOp.PoolNormInputGradient op) {
        Place dy = v.input(0).place();
        Place x = v.input(1).place();
        var gamma = new Operand(v.input(3));
        Place dx = v.place();
        Channels gradient = inputGradient(v, dx, op.epsilon());
        PoolGeometry g = LowerLayers.geometry(op.pool().window(), v.shape);
        to.perBlock(v.toString(), flops(v), (b, t) -> {
            for (int c = 0; c < g.channels(); c++) {
                PoolLanes.extremeGradient(
                        dx.array(),
                        dx.at(b, t),
                        dy.array(),
                        dy.at(b, t),
                        x.array(),
                        x.at(b, t),
                        gamma.slice(0),
                        g,
                        c,
                        c + 1);
                gradient.run(b, t, c, c + 1);
            }
        });
    }

    private static long flops(Value dx) {
        return 5L * dx.elements() * Lanes.COUNT;
    }

    /** From the gradient of the result, with the other operands of {@code v} as those of {@link BatchNormInputGradient}. */
    private Channels inputGradient(Value v, Place dy, float epsilon) {
        Place x = v.input(1).place();
        var stats = new Operand(v.input(2));
        var gamma = new Operand(v.input(3));
        var sums = new Operand(v.input(4));
        Place dx = v.place();
        int c = channels(v);
        int size = pixels(v);
        int count = to.program.batch * size;
        return (b, t, first, last) -> BatchNormLanes.inputGradient(
                dx.array(),
                dx.at(b, t),
                dy.array(),
                dy.at(b, t),
                x.array(),
                x.at(b, t),
                stats.array(),
                stats.at(),
                gamma.array(),
                gamma.at(),
                sums.array(),
                sums.at(),
                c,
                size,
                count,
                epsilon,
                first,
                last);
    }
}
