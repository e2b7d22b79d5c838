package org.skipjack.core.cpu;

import org.skipjack.core.Shape;
import org.skipjack.core.cpu.Value.Form;
import org.skipjack.core.op.AvgPool2d;
import org.skipjack.core.op.AvgPool2dGradient;
import org.skipjack.core.op.BatchNorm;
import org.skipjack.core.op.BatchNormInputGradient;
import org.skipjack.core.op.BatchNormSums;
import org.skipjack.core.op.BatchStatistics;
import org.skipjack.core.op.Conv2d;
import org.skipjack.core.op.Conv2dInputGradient;
import org.skipjack.core.op.Conv2dWeightGradient;
import org.skipjack.core.op.CrossEntropy;
import org.skipjack.core.op.CrossEntropyGradient;
import org.skipjack.core.op.LogSoftmax;
import org.skipjack.core.op.MatMul;
import org.skipjack.core.op.MaxPool2d;
import org.skipjack.core.op.MaxPool2dGradient;
import org.skipjack.core.op.Window2d;
import org.skipjack.kernels.BatchNormLanes;
import org.skipjack.kernels.Conv2dLanes;
import org.skipjack.kernels.ConvGeometry;
import org.skipjack.kernels.CrossEntropyLanes;
import org.skipjack.kernels.Lanes;
import org.skipjack.kernels.MatMulLanes;
import org.skipjack.kernels.PoolGeometry;
import org.skipjack.kernels.PoolLanes;
import org.skipjack.kernels.ReduceLanes;

/** Kernels of the ops that layers are made of, on batched operands. */
final class LowerLayers {
    private final Lower to;

    LowerLayers(Lower to) {
        this.to = to;
    }

    /** Emits the kernels of a value; false if its op is none of these, or is computed in rows. */
    boolean lower(Value v) {
        if (v.form == Form.ROWS || v.op == null) {
            return v.op instanceof PlannerOp.Flip flip && flip(v, flip);
        }
        return switch (v.op) {
            case Conv2d op -> convolution(v, op);
            case Conv2dInputGradient op -> inputGradient(v, op);
            case Conv2dWeightGradient op -> weightGradient(v, op);
            case MatMul op -> v.form == Form.SWEEP ? matmulSweep(v) : matmul(v, op);
            case AvgPool2d op -> averagePool(v, op);
            case AvgPool2dGradient op -> averagePoolGradient(v, op);
            case MaxPool2d op -> maximumPool(v, op);
            case MaxPool2dGradient op -> maximumPoolGradient(v, op);
            case BatchStatistics op -> statistics(v);
            case BatchNorm op -> normalize(v, op);
            case BatchNormSums op -> sums(v, op);
            case BatchNormInputGradient op -> normGradient(v, op);
            case CrossEntropy op -> crossEntropy(v, op);
            case CrossEntropyGradient op -> crossEntropyGradient(v, op);
            case LogSoftmax op -> logSoftmax(v);
            default -> false;
        };
    }

    private static ConvGeometry geometry(Conv2d op, Shape x, Shape w) {
        return new ConvGeometry(
                x.dim(1), x.dim(2), x.dim(3), w.dim(0), w.dim(2), w.dim(3), op.strideH(), op.strideW(), op.padH(),
                op.padW(), op.dilationH(), op.dilationW());
    }

    private static long flops(ConvGeometry g) {
        return 2L * Lanes.COUNT * g.filters() * g.outH() * g.outW() * g.taps();
    }

    private boolean convolution(Value v, Conv2d op) {
        correlate(v, v.input(0), v.input(1), geometry(op, v.input(0).shape, v.input(1).shape));
        return true;
    }

    /** Convolution over an input whose columns are padded into scratch first. */
    private void correlate(Value v, Value in, Value weight, ConvGeometry g) {
        Place x = in.place();
        Place w = weight.place();
        int wOffset = weight.viewOffset;
        Place y = v.place();
        if (g.padW() == 0) {
            to.perBlock(v.toString(), flops(g), (b, t) ->
                    Conv2dLanes.forward(y.array(), y.at(b, t), x.array(), x.at(b, t), w.array(), w.at(b, t) + wOffset, g));
            return;
        }
        var wide = new ConvGeometry(
                g.channels(), g.height(), g.paddedW(), g.filters(), g.kernelH(), g.kernelW(), g.strideH(), g.strideW(),
                g.padH(), 0, g.dilationH(), g.dilationW());
        Place padded = to.memory.temporary(0, g.channels() * g.height() * g.paddedW() * Lanes.COUNT);
        to.perBlock(v.toString(), flops(g), (b, t) -> {
            Conv2dLanes.pad(
                    padded.array(), padded.at(b, t), x.array(), x.at(b, t), g.channels(), g.height(), g.width(), 0,
                    g.padW());
            Conv2dLanes.forward(
                    y.array(), y.at(b, t), padded.array(), padded.at(b, t), w.array(), w.at(b, t) + wOffset, wide);
        });
    }

    private boolean flip(Value v, PlannerOp.Flip flip) {
        Shape w = v.input(0).shape;
        var g = new ConvGeometry(w.dim(1), 1, 1, w.dim(0), w.dim(2), w.dim(3), 1, 1, 0, 0, 1, 1);
        Place from = v.input(0).place();
        int offset = v.input(0).viewOffset;
        Place y = v.place();
        to.serial(v.toString(), 0, (b, t) ->
                Conv2dLanes.flip(y.array(), y.at(b, t), from.array(), from.at(b, t) + offset, g));
        return true;
    }

    private boolean inputGradient(Value v, Conv2dInputGradient op) {
        Value weight = v.input(1);
        if (weight.op instanceof PlannerOp.Flip) {
            ConvGeometry g = geometry(op.conv(), v.shape, weight.input(0).shape);
            correlate(v, v.input(0), weight, g.transposed());
            return true;
        }
        ConvGeometry g = geometry(op.conv(), v.shape, weight.shape);
        Place dy = v.input(0).place();
        Place w = weight.place();
        int offset = weight.viewOffset;
        Place dx = v.place();
        to.perBlock(v.toString(), flops(g), (b, t) ->
                Conv2dLanes.inputGradient(dx.array(), dx.at(b, t), dy.array(), dy.at(b, t), w.array(), w.at(b, t) + offset, g));
        return true;
    }

    private boolean weightGradient(Value v, Conv2dWeightGradient op) {
        ConvGeometry g = geometry(op.conv(), v.input(1).shape, op.weight());
        Place dy = v.input(0).place();
        Place x = v.input(1).place();
        int dyVectors = v.input(0).elements();
        int xVectors = v.input(1).elements();
        Place sums = to.memory.temporary(0, Conv2dLanes.SUMS);
        int n = op.weight().elements();
        Place partial = to.memory.extraPerBlock(n);
        ConvGeometry full = g.padded();
        Place padded = g.unpadded()
                ? x
                : to.memory.temporary(Conv2dLanes.SUMS, g.channels() * g.paddedH() * g.paddedW() * Lanes.COUNT);
        to.perBlock(v.toString(), flops(g), (b, t) -> {
            ReduceLanes.clearTail(dy.array(), dy.at(b, t), dyVectors, to.valid(b));
            ReduceLanes.clearTail(x.array(), x.at(b, t), xVectors, to.valid(b));
            if (padded != x) {
                Conv2dLanes.pad(
                        padded.array(), padded.at(b, t), x.array(), x.at(b, t), g.channels(), g.height(), g.width(),
                        g.padH(), g.padW());
            }
            Conv2dLanes.weightGradient(
                    partial.array(), partial.at(b, t), dy.array(), dy.at(b, t), padded.array(), padded.at(b, t), full,
                    sums.array(), sums.at(b, t));
        });
        joinBlocks(v, partial, n);
        return true;
    }

    /** Adds up the blocks' partial results in block order. */
    private void joinBlocks(Value v, Place partial, int n) {
        Place out = v.place();
        int stride = partial.blockStride();
        to.serial("join " + v, (long) n * to.blocks, (b, t) -> ReduceLanes.blocks(
                out.array(), out.at(0, 0), partial.array(), partial.at(0, 0), stride, n, to.blocks));
    }

    private boolean matmul(Value v, MatMul op) {
        Place x = v.input(0).place();
        Place w = v.input(1).place();
        int offset = v.input(1).viewOffset;
        Place y = v.place();
        int depth = v.input(0).shape.dim(1);
        int rows = v.shape.dim(1);
        int rowStride = op.transposeB() ? depth : 1;
        int depthStride = op.transposeB() ? 1 : rows;
        to.perBlock(v.toString(), 2L * rows * depth * Lanes.COUNT, (b, t) -> MatMulLanes.forward(
                y.array(), y.at(b, t), x.array(), x.at(b, t), w.array(), w.at(b, t) + offset, rows, depth, rowStride,
                depthStride));
        return true;
    }

    private boolean matmulSweep(Value v) {
        Place dy = v.input(0).place();
        Place x = v.input(1).place();
        Place dw = v.place();
        int rows = v.shape.dim(0);
        int depth = v.shape.dim(1);
        int step = 8;
        int tail = to.blocks - 1;
        Place sums = to.memory.temporary(0, MatMulLanes.SUMS);
        to.sweep(v.toString(), (rows + step - 1) / step, 2L * step * depth * to.blocks * Lanes.COUNT, (task, t) -> {
            int first = task * step;
            int last = Math.min(rows, first + step);
            ReduceLanes.clearTail(dy.array(), dy.at(tail, t) + first * Lanes.COUNT, last - first, to.valid(tail));
            ReduceLanes.clearTail(x.array(), x.at(tail, t), depth, to.valid(tail));
            MatMulLanes.weightGradient(
                    dw.array(), dw.at(0, t), dy.array(), dy.at(0, t), dy.blockStride(), x.array(), x.at(0, t),
                    x.blockStride(), first, last, depth, to.blocks, sums.array(), sums.at(0, t));
        });
        return true;
    }

    private static PoolGeometry geometry(Window2d window, Shape x) {
        return new PoolGeometry(
                x.dim(1), x.dim(2), x.dim(3), window.kernelH(), window.kernelW(), window.strideH(), window.strideW(),
                window.padH(), window.padW());
    }

    private boolean averagePool(Value v, AvgPool2d op) {
        PoolGeometry g = geometry(op.window(), v.input(0).shape);
        Place x = v.input(0).place();
        Place y = v.place();
        to.perBlock(v.toString(), 0, (b, t) ->
                PoolLanes.average(y.array(), y.at(b, t), x.array(), x.at(b, t), g, op.countPadding()));
        return true;
    }

    private boolean averagePoolGradient(Value v, AvgPool2dGradient op) {
        PoolGeometry g = geometry(op.pool().window(), v.shape);
        Place dy = v.input(0).place();
        Place dx = v.place();
        to.perBlock(v.toString(), 0, (b, t) -> PoolLanes.averageGradient(
                dx.array(), dx.at(b, t), dy.array(), dy.at(b, t), g, op.pool().countPadding()));
        return true;
    }

    private boolean maximumPool(Value v, MaxPool2d op) {
        PoolGeometry g = geometry(op.window(), v.input(0).shape);
        Place x = v.input(0).place();
        Place y = v.place();
        to.perBlock(v.toString(), 0, (b, t) -> PoolLanes.maximum(y.array(), y.at(b, t), x.array(), x.at(b, t), g));
        return true;
    }

    private boolean maximumPoolGradient(Value v, MaxPool2dGradient op) {
        PoolGeometry g = geometry(op.pool().window(), v.shape);
        Place dy = v.input(0).place();
        Place x = v.input(1).place();
        Place dx = v.place();
        to.perBlock(v.toString(), 0, (b, t) -> PoolLanes.maximumGradient(
                dx.array(), dx.at(b, t), dy.array(), dy.at(b, t), x.array(), x.at(b, t), g));
        return true;
    }

    private static int channels(Value x) {
        return x.shape.dim(1);
    }

    private static int pixels(Value x) {
        return x.shape.elements(2, x.shape.rank());
    }

    private boolean statistics(Value v) {
        Value in = v.input(0);
        Place x = in.place();
        Place out = v.place();
        int c = channels(in);
        int size = pixels(in);
        Place partial = to.memory.extraPerBlock(3 * c);
        Place sums = to.memory.temporary(0, BatchNormLanes.SUMS);
        to.perBlock(v.toString(), 4L * in.elements() * Lanes.COUNT, (b, t) -> BatchNormLanes.statistics(
                partial.array(), partial.at(b, t), x.array(), x.at(b, t), c, size, to.valid(b), sums.array(),
                sums.at(b, t)));
        to.serial("merge " + v, 0, (b, t) -> BatchNormLanes.merge(
                out.array(), out.at(0, 0), partial.array(), partial.at(0, 0), partial.blockStride(), c, size,
                to.program.batch));
        return true;
    }

    private boolean normalize(Value v, BatchNorm op) {
        Value in = v.input(0);
        Place x = in.place();
        var stats = new Operand(v.input(1));
        var gamma = new Operand(v.input(2));
        var beta = new Operand(v.input(3));
        Place y = v.place();
        int c = channels(in);
        int size = pixels(in);
        to.perBlock(v.toString(), 3L * in.elements() * Lanes.COUNT, (b, t) -> BatchNormLanes.normalize(
                y.array(), y.at(b, t), x.array(), x.at(b, t), stats.array(), stats.at(), gamma.array(), gamma.at(),
                beta.array(), beta.at(), c, size, op.epsilon(), false));
        return true;
    }

    private boolean sums(Value v, BatchNormSums op) {
        Value in = v.input(1);
        Place dy = v.input(0).place();
        Place x = in.place();
        var stats = new Operand(v.input(2));
        int c = channels(in);
        int size = pixels(in);
        Place partial = to.memory.extraPerBlock(2 * c);
        Place sums = to.memory.temporary(0, BatchNormLanes.SUMS);
        int n = in.elements();
        to.perBlock(v.toString(), 4L * n * Lanes.COUNT, (b, t) -> {
            ReduceLanes.clearTail(dy.array(), dy.at(b, t), n, to.valid(b));
            ReduceLanes.clearTail(x.array(), x.at(b, t), n, to.valid(b));
            BatchNormLanes.sums(
                    partial.array(), partial.at(b, t), dy.array(), dy.at(b, t), x.array(), x.at(b, t), stats.array(),
                    stats.at(), c, size, op.epsilon(), sums.array(), sums.at(b, t));
        });
        joinBlocks(v, partial, 2 * c);
        return true;
    }

    private boolean normGradient(Value v, BatchNormInputGradient op) {
        Value in = v.input(1);
        Place dy = v.input(0).place();
        Place x = in.place();
        var stats = new Operand(v.input(2));
        var gamma = new Operand(v.input(3));
        var sums = new Operand(v.input(4));
        Place dx = v.place();
        int c = channels(in);
        int size = pixels(in);
        int count = to.program.batch * size;
        to.perBlock(v.toString(), 5L * in.elements() * Lanes.COUNT, (b, t) -> BatchNormLanes.inputGradient(
                dx.array(), dx.at(b, t), dy.array(), dy.at(b, t), x.array(), x.at(b, t), stats.array(), stats.at(),
                gamma.array(), gamma.at(), sums.array(), sums.at(), c, size, count, op.epsilon()));
        return true;
    }

    private boolean crossEntropy(Value v, CrossEntropy op) {
        Place x = v.input(0).place();
        Place labels = v.input(1).place();
        Place loss = v.place();
        int classes = v.input(0).elements();
        to.perBlock(v.toString(), 0, (b, t) -> CrossEntropyLanes.forward(
                loss.array(), loss.at(b, t), x.array(), x.at(b, t), labels.array(), labels.at(b, t), classes,
                to.valid(b), op.labelSmoothing(), op.ignoreIndex(), b * Lanes.COUNT));
        return true;
    }

    private boolean crossEntropyGradient(Value v, CrossEntropyGradient op) {
        Place x = v.input(0).place();
        Place labels = v.input(1).place();
        Place upstream = v.input(2).place();
        Place dx = v.place();
        int classes = v.elements();
        var loss = op.loss();
        to.perBlock(v.toString(), 0, (b, t) -> CrossEntropyLanes.gradient(
                dx.array(), dx.at(b, t), x.array(), x.at(b, t), labels.array(), labels.at(b, t), upstream.array(),
                upstream.at(b, t), classes, loss.labelSmoothing(), loss.ignoreIndex()));
        return true;
    }

    private boolean logSoftmax(Value v) {
        Place x = v.input(0).place();
        Place y = v.place();
        int classes = v.shape.dim(-1);
        int outer = v.elements() / classes;
        to.perBlock(v.toString(), 0, (b, t) ->
                CrossEntropyLanes.logSoftmax(y.array(), y.at(b, t), x.array(), x.at(b, t), outer, classes));
        return true;
    }
}
