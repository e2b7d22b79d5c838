package org.skipjack.core.cpu;

import org.skipjack.core.Shape;
import org.skipjack.core.op.AvgPool2d;
import org.skipjack.core.op.BatchNorm;
import org.skipjack.core.op.MaxPool2d;
import org.skipjack.core.op.Window2d;
import org.skipjack.kernels.ChannelBlocks;
import org.skipjack.kernels.ChannelWeights;
import org.skipjack.kernels.Conv2dChannels;
import org.skipjack.kernels.Lanes;
import org.skipjack.kernels.PoolGeometry;
import org.skipjack.kernels.PoolLanes;
import org.skipjack.kernels.Slice;
import org.skipjack.kernels.WinogradChannelWeights;
import org.skipjack.kernels.WinogradChannels;

/** Kernels of a {@link SmallBatch}: each is divided into parts of each example. */
final class LowerChannels {
    /** Parts that are enough for the threads, so that each does its part of all examples and reads the weights for it once. */
    private static final int MANY = 8;

    private final Lower to;

    LowerChannels(Lower to) {
        this.to = to;
    }

    /** Emits the kernels of a value; false if its op is none of these. */
    boolean lower(Value v) {
        if (!(v.op instanceof ChannelOp op)) {
            return false;
        }
        switch (op) {
            case ChannelOp.Convolution c -> convolution(v, c);
            case ChannelOp.Packed packed -> pack(v, packed);
            case ChannelOp.ToBlocks move -> toBlocks(v);
            case ChannelOp.ToRows move -> toRows(v);
            case ChannelOp.Pool pool -> pool(v, pool);
            case ChannelOp.Norm norm -> normalize(v, norm);
            case ChannelOp.WithEpilogue c -> {
                return false;
            }
        }
        return true;
    }

    private interface Part {
        void run(int example, int part, int worker);
    }

    private void parts(Value v, int parts, long flops, Part body) {
        int examples = v.shape.dim(0);
        if (parts < MANY) {
            to.rows(v.toString(), parts * examples, flops, (task, t) -> body.run(task % examples, task / examples, t));
            return;
        }
        to.rows(v.toString(), parts, examples * flops, (part, t) -> {
            for (int n = 0; n < examples; n++) {
                body.run(n, part, t);
            }
        });
    }

    private static int example(Value v) {
        return v.shape.elements(1, v.shape.rank());
    }

    private interface Convolve {
        void run(int task, Slice y, Slice x, Slice packed, Slice added, int worker);
    }

    private void convolution(Value v, ChannelOp.Convolution op) {
        var g = op.geometry();
        if (op.winograd()) {
            var kernel = new WinogradChannels(g, op.added(), op.rectified());
            Place scratch = to.memory.temporary(0, kernel.scratch());
            convolution(
                    v,
                    kernel.tasks(),
                    kernel.flops(),
                    (task, y, x, packed, added, t) -> kernel.run(task, y, x, packed, added, scratch.slice(0, t)));
        } else {
            var kernel = new Conv2dChannels(g, op.blocked(), op.added(), op.rectified());
            convolution(
                    v,
                    kernel.tasks(),
                    2L * g.filters() * g.outH() * g.outW() * g.taps(),
                    (task, y, x, packed, added, t) -> kernel.run(task, y, x, packed, added));
        }
    }

    private void convolution(Value v, int tasks, long flops, Convolve kernel) {
        var x = new Operand(v.input(0));
        var packed = new Operand(v.input(1));
        var added = v.inputs.size() > 2 ? new Operand(v.input(2)) : Operand.NONE;
        var y = new Operand(v);
        int in = example(v.input(0));
        int out = example(v);
        parts(
                v,
                tasks,
                flops / tasks,
                (n, task, t) ->
                        kernel.run(task, y.slice(n * out), x.slice(n * in), packed.slice(0), added.slice(n * out), t));
    }

    private interface Pack {
        void group(int group, Slice to, Slice w, Slice bias, ChannelWeights.Norm norm, int worker);
    }

    private void pack(Value v, ChannelOp.Packed op) {
        if (op.winograd()) {
            var layout = new WinogradChannelWeights(op.geometry());
            Place scratch = to.memory.temporary(0, layout.scratch());
            pack(
                    v,
                    op,
                    layout.groups(),
                    (group, u, w, bias, norm, t) -> layout.pack(group, u, w, bias, norm, scratch.slice(0, t)));
        } else {
            var layout = new ChannelWeights(op.geometry());
            pack(v, op, layout.groups(), (group, u, w, bias, norm, t) -> layout.pack(group, u, w, bias, norm));
        }
    }

    private void pack(Value v, ChannelOp.Packed op, int groups, Pack pack) {
        var w = new Operand(v.input(0));
        var bias = op.biased() ? new Operand(v.input(1)) : null;
        var y = new Operand(v);
        BatchNorm norm = op.norm();
        Operand[] terms = norm == null ? new Operand[0] : operands(v, op.biased() ? 2 : 1);
        to.rows(v.toString(), groups, 0, (group, t) -> {
            Slice start = bias == null ? Slice.NONE : bias.slice(0);
            var folded = norm == null ? ChannelWeights.Norm.NONE : norm(terms, norm.epsilon());
            pack.group(group, y.slice(0), w.slice(0), start, folded, t);
        });
    }

    private static ChannelWeights.Norm norm(Operand[] terms, float epsilon) {
        return new ChannelWeights.Norm(terms[0].slice(0), terms[1].slice(0), terms[2].slice(0), epsilon);
    }

    private static Operand[] operands(Value v, int statistics) {
        return v.inputs.subList(statistics, statistics + 3).stream()
                .map(Operand::new)
                .toArray(Operand[]::new);
    }

    private void toBlocks(Value v) {
        var x = new Operand(v.input(0));
        var y = new Operand(v);
        Shape in = v.input(0).shape;
        int pixels = in.dim(2) * in.dim(3);
        parts(
                v,
                v.shape.dim(1),
                0,
                (n, b, t) -> ChannelBlocks.fromRows(
                        y.slice(n * example(v)), x.slice(n * in.dim(1) * pixels), in.dim(1), pixels, b, b + 1));
    }

    private void toRows(Value v) {
        Value in = v.input(0);
        var x = new Operand(in);
        var y = new Operand(v);
        int channels = v.shape.dim(1);
        int pixels = v.shape.elements(2, v.shape.rank());
        parts(
                v,
                in.shape.dim(1),
                0,
                (n, b, t) -> ChannelBlocks.toRows(
                        y.slice(n * example(v)), x.slice(n * example(in)), channels, pixels, b, b + 1));
    }

    private void pool(Value v, ChannelOp.Pool op) {
        switch (op.pool()) {
            case AvgPool2d average -> {
                PoolGeometry g = block(v, average.window());
                maps(v, (y, x) -> PoolLanes.average(y.array(), y.at(), x.array(), x.at(), g, average.countPadding()));
            }
            case MaxPool2d maximum -> {
                PoolGeometry g = block(v, maximum.window());
                maps(v, (y, x) -> PoolLanes.extreme(y.array(), y.at(), x.array(), x.at(), PoolLanes.MAXIMUM, g));
            }
            default -> throw new IllegalStateException(op.pool().label());
        }
    }

    /** The pooling of one block, which is one channel to {@link PoolLanes}. */
    private static PoolGeometry block(Value v, Window2d window) {
        Shape in = v.input(0).shape;
        return LowerLayers.geometry(window, Shape.of(1, 1, in.dim(2), in.dim(3)));
    }

    private interface Map {
        void run(Slice y, Slice x);
    }

    private void maps(Value v, Map body) {
        var x = new Operand(v.input(0));
        var y = new Operand(v);
        int in = v.input(0).shape.elements(2, 5);
        int out = v.shape.elements(2, 5);
        int blocks = v.shape.dim(1);
        parts(v, blocks, 0, (n, b, t) -> body.run(y.slice((n * blocks + b) * out), x.slice((n * blocks + b) * in)));
    }

    private void normalize(Value v, ChannelOp.Norm op) {
        var x = new Operand(v.input(0));
        var y = new Operand(v);
        Operand[] terms = operands(v, 1);
        int channels = v.input(2).shape.elements();
        int pixels = v.shape.dim(2) * v.shape.dim(3);
        int block = pixels * Lanes.COUNT;
        parts(v, v.shape.dim(1), 3L * block, (n, b, t) -> {
            int at = n * example(v) + b * block;
            ChannelBlocks.normalize(y.slice(at), x.slice(at), norm(terms, op.epsilon()), b, channels, pixels);
        });
    }
}
