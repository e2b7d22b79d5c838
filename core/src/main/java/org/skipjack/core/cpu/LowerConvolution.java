package org.skipjack.core.cpu;

import org.skipjack.core.Shape;
import org.skipjack.core.cpu.Value.Form;
import org.skipjack.core.op.Conv2d;
import org.skipjack.core.op.Conv2dInputGradient;
import org.skipjack.core.op.Conv2dWeightGradient;
import org.skipjack.kernels.Conv2dLanes;
import org.skipjack.kernels.Conv2dLanes.Pass;
import org.skipjack.kernels.ConvGeometry;
import org.skipjack.kernels.Lanes;
import org.skipjack.kernels.Maps;
import org.skipjack.kernels.ReduceLanes;

/** Kernels of convolutions and of their gradients. */
final class LowerConvolution {
    private final Lower to;

    LowerConvolution(Lower to) {
        this.to = to;
    }

    /** Emits the kernels of a value; false if its op is none of these, or is computed in rows. */
    boolean lower(Value v) {
        if (v.form == Form.ROWS || v.op == null) {
            return false;
        }
        switch (v.op) {
            case Conv2d op -> convolution(v, op);
            case FusedOp.BiasedConv op -> convolution(v, op.conv());
            case Conv2dInputGradient op -> inputGradient(v, op);
            case Conv2dWeightGradient op -> weightGradient(v, op);
            default -> {
                return false;
            }
        }
        return true;
    }

    static ConvGeometry geometry(Conv2d op, Shape x, Shape w) {
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
        ConvGeometry g = geometry(op, v.input(0).shape, v.input(1).shape);
        var bias = v.inputs.size() == 3 ? new Operand(v.input(2)) : Operand.NONE;
        Place x = v.input(0).place();
        var w = new Operand(v.input(1));
        Place y = v.place();
        Conv2dLanes.prepare(g, v.inputs.size() == 3 ? Pass.BIASED_FORWARD : Pass.FORWARD);
        to.perBlock(
                v.toString(),
                flops(g),
                (b, t) -> Conv2dLanes.forward(
                        y.array(), y.at(b, t), x.array(), x.at(b, t), w.array(), w.at(), bias.array(), bias.at(), g));
    }

    private void inputGradient(Value v, Conv2dInputGradient op) {
        Value weight = v.input(1);
        ConvGeometry g = geometry(op.conv(), v.shape, weight.shape);
        Place dy = v.input(0).place();
        Place w = weight.place();
        int offset = weight.viewOffset;
        Place dx = v.place();
        Conv2dLanes.prepare(g, Pass.INPUT_GRADIENT);
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
        Place sums = to.memory.temporary(0, Conv2dLanes.sums(g));
        int groups = Conv2dLanes.weightGroups(g);
        Conv2dLanes.prepare(g, Pass.WEIGHT_GRADIENT);
        if (v.form == Form.SWEEP) {
            Place dw = v.place();
            int tail = to.blocks - 1;
            to.sweep(v.toString(), groups, flops(g) * to.blocks / groups, (group, t) -> {
                ReduceLanes.clearTail(dy.array(), dy.at(tail, t), dyVectors, to.valid(tail));
                ReduceLanes.clearTail(x.array(), x.at(tail, t), xVectors, to.valid(tail));
                Conv2dLanes.weightGradient(
                        dw.array(),
                        dw.at(0, t),
                        new Maps(dy.array(), dy.at(0, t), dy.blockStride()),
                        new Maps(x.array(), x.at(0, t), x.blockStride()),
                        to.blocks,
                        group,
                        g,
                        sums.array(),
                        sums.at(0, t));
            });
            return;
        }
        int n = op.weight().elements();
        Place partial = to.memory.extraPerBlock(n);
        to.perBlock(v.toString(), flops(g), (b, t) -> {
            ReduceLanes.clearTail(dy.array(), dy.at(b, t), dyVectors, to.valid(b));
            ReduceLanes.clearTail(x.array(), x.at(b, t), xVectors, to.valid(b));
            var gradients = new Maps(dy.array(), dy.at(b, t), 0);
            var inputs = new Maps(x.array(), x.at(b, t), 0);
            for (int group = 0; group < groups; group++) {
                Conv2dLanes.weightGradient(
                        partial.array(), partial.at(b, t), gradients, inputs, 1, group, g, sums.array(), sums.at(b, t));
            }
        });
        to.joinBlocks(v, partial, n);
    }
}
