package org.skipjack.core.cpu;

import org.skipjack.core.Shape;
import org.skipjack.kernels.BatchNormLanes;
import org.skipjack.kernels.BatchNormSigmoidLanes;
import org.skipjack.kernels.Lanes;

/** Kernels of the gradient of a batch norm behind a sigmoid, with or without a 2x2 average pool after it. */
final class LowerNormSigmoid {
    private final Lower to;

    LowerNormSigmoid(Lower to) {
        this.to = to;
    }

    /** Emits the kernels of a value; false if its op is none of these, or is computed in rows. */
    boolean lower(Value v) {
        if (v.form == Value.Form.ROWS || v.op == null) {
            return false;
        }
        switch (v.op) {
            case FusedOp.NormSigmoidSums op -> sums(v, op);
            case FusedOp.NormSigmoidInputGradient op -> inputGradient(v, op);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void sums(Value v, FusedOp.NormSigmoidSums op) {
        Place up = v.input(0).place();
        Place y = v.input(1).place();
        Place x = v.input(2).place();
        var stats = new Operand(v.input(3));
        Shape shape = v.input(2).shape;
        int c = shape.dim(1);
        int size = shape.elements(2, shape.rank());
        Place partial = to.memory.extraPerBlock(2 * c);
        Place sums = to.memory.temporary(0, BatchNormLanes.SUMS);
        Kernel.Body body = op.pooled()
                ? (b, t) -> BatchNormSigmoidLanes.pooledSums(
                        partial.array(),
                        partial.at(b, t),
                        up.array(),
                        up.at(b, t),
                        y.array(),
                        y.at(b, t),
                        x.array(),
                        x.at(b, t),
                        stats.array(),
                        stats.at(),
                        c,
                        shape.dim(2),
                        shape.dim(3),
                        to.valid(b),
                        op.epsilon(),
                        sums.array(),
                        sums.at(b, t))
                : (b, t) -> BatchNormSigmoidLanes.sums(
                        partial.array(),
                        partial.at(b, t),
                        up.array(),
                        up.at(b, t),
                        y.array(),
                        y.at(b, t),
                        x.array(),
                        x.at(b, t),
                        stats.array(),
                        stats.at(),
                        c,
                        size,
                        to.valid(b),
                        op.epsilon(),
                        sums.array(),
                        sums.at(b, t));
        to.perBlock(v.toString(), 7L * v.input(2).elements() * Lanes.COUNT, body);
        to.joinBlocks(v, partial, 2 * c);
    }

    private void inputGradient(Value v, FusedOp.NormSigmoidInputGradient op) {
        Place up = v.input(0).place();
        Place y = v.input(1).place();
        Place x = v.input(2).place();
        var stats = new Operand(v.input(3));
        var gamma = new Operand(v.input(4));
        var sums = new Operand(v.input(5));
        Place dx = v.place();
        int c = v.shape.dim(1);
        int size = v.shape.elements(2, v.shape.rank());
        int count = to.program.batch * size;
        Kernel.Body body = op.pooled()
                ? (b, t) -> BatchNormSigmoidLanes.pooledInputGradient(
                        dx.array(),
                        dx.at(b, t),
                        up.array(),
                        up.at(b, t),
                        y.array(),
                        y.at(b, t),
                        x.array(),
                        x.at(b, t),
                        stats.array(),
                        stats.at(),
                        gamma.array(),
                        gamma.at(),
                        sums.array(),
                        sums.at(),
                        c,
                        v.shape.dim(2),
                        v.shape.dim(3),
                        count,
                        op.epsilon())
                : (b, t) -> BatchNormSigmoidLanes.inputGradient(
                        dx.array(),
                        dx.at(b, t),
                        up.array(),
                        up.at(b, t),
                        y.array(),
                        y.at(b, t),
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
                        op.epsilon());
        to.perBlock(v.toString(), 8L * v.elements() * Lanes.COUNT, body);
    }
}
