package org.skipjack.core.cpu;

import org.skipjack.core.Shape;
import org.skipjack.core.cpu.Value.Form;
import org.skipjack.core.op.AvgPool2d;
import org.skipjack.core.op.AvgPool2dGradient;
import org.skipjack.core.op.CrossEntropy;
import org.skipjack.core.op.CrossEntropyGradient;
import org.skipjack.core.op.LogSoftmax;
import org.skipjack.core.op.MatMul;
import org.skipjack.core.op.MaxPool2d;
import org.skipjack.core.op.MaxPool2dGradient;
import org.skipjack.core.op.Window2d;
import org.skipjack.kernels.CrossEntropyLanes;
import org.skipjack.kernels.Lanes;
import org.skipjack.kernels.MatMulGeometry;
import org.skipjack.kernels.MatMulLanes;
import org.skipjack.kernels.MatMulWeightGradient;
import org.skipjack.kernels.PoolGeometry;
import org.skipjack.kernels.PoolLanes;
import org.skipjack.kernels.ReduceLanes;

/** Kernels of linear layers, pooling and losses on batched operands. */
final class LowerLayers {
    private final Lower to;

    LowerLayers(Lower to) {
        this.to = to;
    }

    /** Emits the kernels of a value; false if its op is none of these, or is computed in rows. */
    boolean lower(Value v) {
        if (v.form == Form.ROWS || v.op == null) {
            return false;
        }
        switch (v.op) {
            case MatMul op -> {
                if (v.form == Form.SWEEP) {
                    matmulSweep(v);
                } else {
                    matmul(v, op);
                }
            }
            case FusedOp.Linear op -> matmul(v, op.product());
            case AvgPool2d op -> averagePool(v, op);
            case AvgPool2dGradient op -> averagePoolGradient(v, op);
            case MaxPool2d op -> extremePool(v, op, Operand.NONE);
            case MaxPool2dGradient op -> extremePoolGradient(v, op.pool(), Operand.NONE);
            case FusedOp.ExtremePool op -> extremePool(v, op.pool(), new Operand(v.input(1)));
            case FusedOp.ExtremePoolGradient op -> extremePoolGradient(v, op.pool(), new Operand(v.input(2)));
            case CrossEntropy op -> crossEntropy(v, op);
            case CrossEntropyGradient op -> crossEntropyGradient(v, op);
            case LogSoftmax op -> logSoftmax(v);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void matmul(Value v, MatMul op) {
        Place x = v.input(0).place();
        var w = new Operand(v.input(1));
        var bias = v.inputs.size() == 3 ? new Operand(v.input(2)) : Operand.NONE;
        Place y = v.place();
        int depth = v.input(0).shape.dim(1);
        int rows = v.shape.dim(1);
        var g = op.transposeB() ? new MatMulGeometry(rows, depth, depth, 1) : new MatMulGeometry(rows, depth, 1, rows);
        MatMulLanes.prepare(g, v.inputs.size() == 3);
        to.perBlock(
                v.toString(),
                2L * rows * depth * Lanes.COUNT,
                (b, t) -> MatMulLanes.forward(
                        y.array(), y.at(b, t), x.array(), x.at(b, t), w.array(), w.at(), bias.array(), bias.at(), g));
    }

    private void matmulSweep(Value v) {
        Place dy = v.input(0).place();
        Place x = v.input(1).place();
        Place dw = v.place();
        int rows = v.shape.dim(0);
        int depth = v.shape.dim(1);
        int tail = to.blocks - 1;
        var gradient = new MatMulWeightGradient(rows, depth);
        Place scratch = to.memory.temporary(0, gradient.scratch(to.blocks));
        long flops = 2L * rows * depth * to.blocks * Lanes.COUNT / gradient.tasks();
        to.sweep(v.toString(), gradient.tasks(), flops, (task, t) -> {
            int from = x.at(tail, t) + gradient.column(task) * Lanes.COUNT;
            ReduceLanes.clearTail(dy.array(), dy.at(tail, t), rows, to.valid(tail));
            ReduceLanes.clearTail(x.array(), from, gradient.columns(task), to.valid(tail));
            gradient.run(
                    task,
                    dw.slice(0, t),
                    dy.slice(0, t),
                    dy.blockStride(),
                    x.slice(0, t),
                    x.blockStride(),
                    to.blocks,
                    scratch.slice(0, t));
        });
    }

    static PoolGeometry geometry(Window2d window, Shape x) {
        return new PoolGeometry(
                x.dim(1),
                x.dim(2),
                x.dim(3),
                window.kernelH(),
                window.kernelW(),
                window.strideH(),
                window.strideW(),
                window.padH(),
                window.padW());
    }

    private void averagePool(Value v, AvgPool2d op) {
        PoolGeometry g = geometry(op.window(), v.input(0).shape);
        Place x = v.input(0).place();
        Place y = v.place();
        to.perBlock(
                v.toString(),
                0,
                (b, t) -> PoolLanes.average(y.array(), y.at(b, t), x.array(), x.at(b, t), g, op.countPadding()));
    }

    private void averagePoolGradient(Value v, AvgPool2dGradient op) {
        PoolGeometry g = geometry(op.pool().window(), v.shape);
        Place dy = v.input(0).place();
        Place dx = v.place();
        to.perBlock(
                v.toString(),
                0,
                (b, t) -> PoolLanes.averageGradient(
                        dx.array(),
                        dx.at(b, t),
                        dy.array(),
                        dy.at(b, t),
                        g,
                        op.pool().countPadding()));
    }

    private void extremePool(Value v, MaxPool2d pool, Operand gamma) {
        PoolGeometry g = geometry(pool.window(), v.input(0).shape);
        Place x = v.input(0).place();
        Place y = v.place();
        to.perBlock(
                v.toString(),
                0,
                (b, t) -> PoolLanes.extreme(y.array(), y.at(b, t), x.array(), x.at(b, t), gamma.slice(0), g));
    }

    private void extremePoolGradient(Value v, MaxPool2d pool, Operand gamma) {
        PoolGeometry g = geometry(pool.window(), v.shape);
        Place dy = v.input(0).place();
        Place x = v.input(1).place();
        Place dx = v.place();
        to.perBlock(
                v.toString(),
                0,
                (b, t) -> PoolLanes.extremeGradient(
                        dx.array(),
                        dx.at(b, t),
                        dy.array(),
                        dy.at(b, t),
                        x.array(),
                        x.at(b, t),
                        gamma.slice(0),
                        g,
                        0,
                        g.channels()));
    }

    private void crossEntropy(Value v, CrossEntropy op) {
        Place x = v.input(0).place();
        Place labels = v.input(1).place();
        Place loss = v.place();
        int classes = v.input(0).elements();
        to.perBlock(
                v.toString(),
                0,
                (b, t) -> CrossEntropyLanes.forward(
                        loss.array(),
                        loss.at(b, t),
                        x.array(),
                        x.at(b, t),
                        labels.array(),
                        labels.at(b, t),
                        classes,
                        to.valid(b),
                        op.labelSmoothing(),
                        op.ignoreIndex(),
                        b * Lanes.COUNT));
    }

    private void crossEntropyGradient(Value v, CrossEntropyGradient op) {
        Place x = v.input(0).place();
        Place labels = v.input(1).place();
        Place upstream = v.input(2).place();
        Place dx = v.place();
        int classes = v.elements();
        var loss = op.loss();
        to.perBlock(
                v.toString(),
                0,
                (b, t) -> CrossEntropyLanes.gradient(
                        dx.array(),
                        dx.at(b, t),
                        x.array(),
                        x.at(b, t),
                        labels.array(),
                        labels.at(b, t),
                        upstream.array(),
                        upstream.at(b, t),
                        classes,
                        loss.labelSmoothing(),
                        loss.ignoreIndex()));
    }

    private void logSoftmax(Value v) {
        Place x = v.input(0).place();
        Place y = v.place();
        int classes = v.shape.dim(-1);
        int outer = v.elements() / classes;
        to.perBlock(
                v.toString(),
                0,
                (b, t) -> CrossEntropyLanes.logSoftmax(y.array(), y.at(b, t), x.array(), x.at(b, t), outer, classes));
    }
}
