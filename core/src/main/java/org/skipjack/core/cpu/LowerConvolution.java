package org.skipjack.core.cpu;

import org.skipjack.core.Shape;
import org.skipjack.core.cpu.Value.Form;
import org.skipjack.core.op.Conv2d;
import org.skipjack.core.op.Conv2dInputGradient;
import org.skipjack.core.op.Conv2dWeightGradient;
import org.skipjack.kernels.Conv2dLanes;
import org.skipjack.kernels.ConvGeometry;
import org.skipjack.kernels.Lanes;
import org.skipjack.kernels.ReduceLanes;

/** Kernels of convolutions and of their gradients. */
final class LowerConvolution {
    private final Lower to;

    LowerConvolution(Lower to) {
        this.to = to;
    }

    /** Emits the kernels of a value; false if its op is none of these, or is computed in rows. */
    boolean lower(Value v) {
        if (v.op instanceof PlannerOp.Flip) {
            flip(v);
            return true;
        }
        if (v.form == Form.ROWS || v.op == null) {
            return false;
        }
        switch (v.op) {
            case Conv2d op -> convolution(v, op);
            case Conv2dInputGradient op -> inputGradient(v, op);
            case Conv2dWeightGradient op -> weightGradient(v, op);
            default -> {
                return false;
            }
        }
        return true;
    }

    private static ConvGeometry geometry(Conv2d op, Shape x, Shape w) {
        return new ConvGeometry(
                x.dim(1),
                x.dim(2),
                x.dim(3),
                w.dim(0),
                w.dim(2),
                w.dim(3),
                op.strideH(),
                op.strideW(),
                op.padH(),
                op.padW(),
                op.dilationH(),
                op.dilationW());
    }

    private static long flops(ConvGeometry g) {
        return 2L * Lanes.COUNT * g.filters() * g.outH() * g.outW() * g.taps();
    }

    private void convolution(Value v, Conv2d op) {
        correlate(v, v.input(0), v.input(1), geometry(op, v.input(0).shape, v.input(1).shape));
    }

    /** Convolution over an input whose columns are padded into scratch first. */
    private void correlate(Value v, Value in, Value weight, ConvGeometry g) {
        Place x = in.place();
        Place w = weight.place();
        int wOffset = weight.viewOffset;
        Place y = v.place();
        if (g.padW() == 0) {
            to.perBlock(
                    v.toString(),
                    flops(g),
                    (b, t) -> Conv2dLanes.forward(
                            y.array(), y.at(b, t), x.array(), x.at(b, t), w.array(), w.at(b, t) + wOffset, g));
            return;
        }
        var wide = new ConvGeometry(
                g.channels(),
                g.height(),
                g.paddedW(),
                g.filters(),
                g.kernelH(),
                g.kernelW(),
                g.strideH(),
                g.strideW(),
                g.padH(),
                0,
                g.dilationH(),
                g.dilationW());
        Place padded = to.memory.temporary(0, g.channels() * g.height() * g.paddedW() * Lanes.COUNT);
        to.perBlock(v.toString(), flops(g), (b, t) -> {
            Conv2dLanes.pad(
                    padded.array(),
                    padded.at(b, t),
                    x.array(),
                    x.at(b, t),
                    g.channels(),
                    g.height(),
                    g.width(),
                    0,
                    g.padW());
            Conv2dLanes.forward(
                    y.array(), y.at(b, t), padded.array(), padded.at(b, t), w.array(), w.at(b, t) + wOffset, wide);
        });
    }

    private void flip(Value v) {
        Shape w = v.input(0).shape;
        var g = new ConvGeometry(w.dim(1), 1, 1, w.dim(0), w.dim(2), w.dim(3), 1, 1, 0, 0, 1, 1);
        Place from = v.input(0).place();
        int offset = v.input(0).viewOffset;
        Place y = v.place();
        to.serial(
                v.toString(),
                0,
                (b, t) -> Conv2dLanes.flip(y.array(), y.at(b, t), from.array(), from.at(b, t) + offset, g));
    }

    private void inputGradient(Value v, Conv2dInputGradient op) {
        Value weight = v.input(1);
        if (weight.op instanceof PlannerOp.Flip) {
            ConvGeometry g = geometry(op.conv(), v.shape, weight.input(0).shape);
            correlate(v, v.input(0), weight, g.transposed());
            return;
        }
        ConvGeometry g = geometry(op.conv(), v.shape, weight.shape);
        Place dy = v.input(0).place();
        Place w = weight.place();
        int offset = weight.viewOffset;
        Place dx = v.place();
        to.perBlock(
                v.toString(),
                flops(g),
                (b, t) -> Conv2dLanes.inputGradient(
                        dx.array(), dx.at(b, t), dy.array(), dy.at(b, t), w.array(), w.at(b, t) + offset, g));
    }

    private void weightGradient(Value v, Conv2dWeightGradient op) {
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
                        padded.array(),
                        padded.at(b, t),
                        x.array(),
                        x.at(b, t),
                        g.channels(),
                        g.height(),
                        g.width(),
                        g.padH(),
                        g.padW());
            }
            Conv2dLanes.weightGradient(
                    partial.array(),
                    partial.at(b, t),
                    dy.array(),
                    dy.at(b, t),
                    padded.array(),
                    padded.at(b, t),
                    full,
                    sums.array(),
                    sums.at(b, t));
        });
        to.joinBlocks(v, partial, n);
    }
}
