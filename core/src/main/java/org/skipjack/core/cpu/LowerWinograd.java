package org.skipjack.core.cpu;

import org.skipjack.core.cpu.Value.Form;
import org.skipjack.core.op.Conv2dInputGradient;
import org.skipjack.core.op.Conv2dWeightGradient;
import org.skipjack.kernels.ConvGeometry;
import org.skipjack.kernels.Lanes;
import org.skipjack.kernels.ReduceLanes;
import org.skipjack.kernels.Slice;
import org.skipjack.kernels.WinogradLanes;

/** Kernels of Winograd convolutions. */
final class LowerWinograd {
    private final Lower to;

    LowerWinograd(Lower to) {
        this.to = to;
    }

    /** Emits the kernels of a value; false if its op is none of these, or is computed in rows by its definition. */
    boolean lower(Value v) {
        if (!(v.op instanceof WinogradOp op)) {
            return false;
        }
        if (op instanceof WinogradOp.Filters filters) {
            filters(v, filters);
            return true;
        }
        if (v.form == Form.ROWS) {
            return false;
        }
        switch (op) {
            case WinogradOp.Convolution c ->
                convolution(v, LowerConvolution.geometry(c.conv(), v.input(0).shape, v.input(1).shape));
            case WinogradOp.InputGradient gradient -> inputGradient(v, gradient.direct());
            case WinogradOp.WeightGradient gradient -> weightGradient(v, gradient.direct());
            case WinogradOp.Filters f -> throw new IllegalStateException(f.label());
            case WinogradOp.Swept s -> throw new IllegalStateException(s.label());
        }
        return true;
    }

    private void filters(Value v, WinogradOp.Filters op) {
        ConvGeometry g = op.geometry();
        var w = new Operand(v.input(0));
        Place u = v.place();
        Place scratch = to.memory.temporary(0, WinogradLanes.filterScratch(g));
        int step = Lanes.COUNT;
        int tasks = Math.ceilDiv(op.rows(), step);
        to.rows(v.toString(), tasks, 0, (task, t) -> {
            Slice from = w.slice(0);
            int first = task * step;
            int last = Math.min(op.rows(), first + step);
            WinogradLanes.filters(u.slice(0, t), from, op.kind(), g, first, last, scratch.slice(0, t));
        });
    }

    private void convolution(Value v, ConvGeometry g) {
        var bias = v.inputs.size() == 4 ? new Operand(v.input(3)) : Operand.NONE;
        Place x = v.input(0).place();
        Place u = v.input(2).place();
        Place y = v.place();
        Place scratch = to.memory.temporary(0, WinogradLanes.forwardScratch(g));
        to.perBlock(v.toString(), WinogradLanes.flops(g), (b, t) -> {
            Slice start = bias.slice(0);
            WinogradLanes.forward(y.slice(b, t), x.slice(b, t), u.slice(b, t), start, g, scratch.slice(b, t));
        });
    }

    private void inputGradient(Value v, Conv2dInputGradient op) {
        ConvGeometry g = LowerConvolution.geometry(op.conv(), op.input(), v.input(1).shape);
        if (WinogradLanes.inputGradientFilters(g) == WinogradLanes.Filters.TURNED) {
            convolution(v, WinogradLanes.turned(g));
            return;
        }
        Place dy = v.input(0).place();
        Place u = v.input(2).place();
        Place dx = v.place();
        Place scratch = to.memory.temporary(0, WinogradLanes.inputGradientScratch(g));
        to.perBlock(
                v.toString(),
                WinogradLanes.flops(g),
                (b, t) -> WinogradLanes.inputGradient(
                        dx.slice(b, t), dy.slice(b, t), u.slice(b, t), g, scratch.slice(b, t)));
    }

    private void weightGradient(Value v, Conv2dWeightGradient op) {
        ConvGeometry g = LowerConvolution.geometry(op.conv(), v.input(1).shape, op.weight());
        Place dy = v.input(0).place();
        Place x = v.input(1).place();
        int dyVectors = v.input(0).elements();
        int xVectors = v.input(1).elements();
        int n = op.weight().elements();
        Place partial = to.memory.extraPerBlock(n);
        Place scratch = to.memory.temporary(0, WinogradLanes.gradientScratch(g));
        to.perBlock(v.toString(), WinogradLanes.flops(g), (b, t) -> {
            ReduceLanes.clearTail(dy.array(), dy.at(b, t), dyVectors, to.valid(b));
            ReduceLanes.clearTail(x.array(), x.at(b, t), xVectors, to.valid(b));
            WinogradLanes.weightGradient(partial.slice(b, t), dy.slice(b, t), x.slice(b, t), g, scratch.slice(b, t));
        });
        to.joinBlocks(v, partial, n);
    }
}
