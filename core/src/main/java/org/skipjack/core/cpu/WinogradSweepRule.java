package org.skipjack.core.cpu;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Tensor;
import org.skipjack.core.op.Conv2d;
import org.skipjack.core.op.Conv2dInputGradient;
import org.skipjack.core.op.Conv2dWeightGradient;
import org.skipjack.core.op.Op;
import org.skipjack.kernels.ConvGeometry;
import org.skipjack.kernels.WinogradLanes;
import org.skipjack.kernels.WinogradSweep;

/**
 * A 3x3 convolution of many channels on small maps, and its gradients, become {@link WinogradSweep Winograd
 * convolutions over the whole batch}: there the filters are more work than the tiles of one block.
 */
record WinogradSweepRule() implements Rule {
    /** Least number of channels and of filters. */
    private static final int CHANNELS = 64;

    /** Least number of elements of the output map: on smaller ones most taps of the direct sums meet padding. */
    private static final int PIXELS = 9;

    @Override
    public String name() {
        return "winogradSweep";
    }

    @Override
    public @Nullable Tensor rewrite(Tensor node, Uses uses) {
        Op op = node.op();
        if (op == null) {
            return null;
        }
        ConvGeometry g = geometry(op, node.inputs());
        return g != null && pays(g)
                ? Tensor.record(new WinogradOp.Swept(op, g), node.inputs().toArray(Tensor[]::new))
                : null;
    }

    private static boolean pays(ConvGeometry g) {
        return WinogradSweep.fits(g)
                && Math.min(g.channels(), g.filters()) >= CHANNELS
                && g.outH() * g.outW() >= PIXELS
                && WinogradLanes.share(g) <= WinogradRule.SHARE;
    }

    private static @Nullable ConvGeometry geometry(Op op, List<Tensor> in) {
        return switch (op) {
            case Conv2d conv ->
                LowerConvolution.geometry(conv, in.get(0).shape(), in.get(1).shape());
            case FusedOp.BiasedConv biased ->
                LowerConvolution.geometry(
                        biased.conv(), in.get(0).shape(), in.get(1).shape());
            case Conv2dInputGradient gradient ->
                LowerConvolution.geometry(
                        gradient.conv(), gradient.input(), in.get(1).shape());
            case Conv2dWeightGradient gradient ->
                LowerConvolution.geometry(gradient.conv(), in.get(1).shape(), gradient.weight());
            default -> null;
        };
    }
}
