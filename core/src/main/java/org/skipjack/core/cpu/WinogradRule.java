package org.skipjack.core.cpu;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;
import org.skipjack.core.op.Conv2d;
import org.skipjack.core.op.Conv2dInputGradient;
import org.skipjack.core.op.Conv2dWeightGradient;
import org.skipjack.kernels.ConvGeometry;
import org.skipjack.kernels.WinogradChannels;
import org.skipjack.kernels.WinogradLanes;

/**
 * A 3x3 or 5x5 convolution, and its gradients, become {@link WinogradLanes Winograd convolutions}.
 *
 * @param name name of the rule
 * @param channelsOf3 least number of channels and of filters with a kernel of 3x3
 * @param channelsByTwos the same with a stride of 2
 * @param channelsOf5 least number of channels and of filters with a kernel of 5x5
 * @param pixels least number of elements of the output map
 * @param share largest number of products in relation to those of the direct sums: with a stride of 2 there are more of them where
 *     tiles hang far over the border
 */
record WinogradRule(String name, int channelsOf3, int channelsByTwos, int channelsOf5, int pixels, double share)
        implements Rule {
    /** Largest number of products, in relation to those of the direct sums, with which it is faster. */
    static final double SHARE = 0.65;

    /** Where it is faster: on maps from 6x6. On smaller ones the transformed filters are more than the work that they save. */
    static final WinogradRule WHERE_FASTER = new WinogradRule("winograd", 32, 64, 6, 36, SHARE);

    /** Wherever it is defined. */
    static final WinogradRule EVERYWHERE = new WinogradRule("winogradEverywhere", 1, 1, 1, 1, Double.POSITIVE_INFINITY);

    @Override
    public @Nullable Tensor rewrite(Tensor node, Uses uses) {
        if (node.op() instanceof Conv2d conv) {
            return convolution(node, conv, null);
        }
        if (node.op() instanceof FusedOp.BiasedConv biased) {
            return convolution(node, biased.conv(), node.inputs().get(2));
        }
        if (node.op() instanceof Conv2dInputGradient gradient) {
            return inputGradient(node, gradient);
        }
        return node.op() instanceof Conv2dWeightGradient gradient ? weightGradient(node, gradient) : null;
    }

    /** Whether one of the rules that are not switched off would take a convolution of a {@link SmallBatch}. */
    static boolean chosen(ConvGeometry g, Set<String> without) {
        if (!WinogradChannels.fits(g)) {
            return false;
        }
        return !without.contains(EVERYWHERE.name)
                || (!without.contains(WHERE_FASTER.name)
                        && Math.min(g.channels(), g.filters()) >= WHERE_FASTER.channelsOf3
                        && WinogradChannels.pays(g));
    }

    private boolean pays(ConvGeometry g) {
        return WinogradLanes.fits(g)
                && Math.min(g.channels(), g.filters()) >= channels(g)
                && g.outH() * g.outW() >= pixels
                && WinogradLanes.share(g) <= share;
    }

    private int channels(ConvGeometry g) {
        if (g.kernelH() == 5) {
            return channelsOf5;
        }
        return g.strideH() == 2 ? channelsByTwos : channelsOf3;
    }

    private @Nullable Tensor convolution(Tensor node, Conv2d conv, @Nullable Tensor bias) {
        Tensor x = node.inputs().get(0);
        Tensor w = node.inputs().get(1);
        ConvGeometry g = LowerConvolution.geometry(conv, x.shape(), w.shape());
        if (!pays(g)) {
            return null;
        }
        Tensor filters = Tensor.record(new WinogradOp.Filters(g, WinogradLanes.Filters.FORWARD), w);
        var op = new WinogradOp.Convolution(conv);
        return bias == null ? Tensor.record(op, x, w, filters) : Tensor.record(op, x, w, filters, bias);
    }

    private @Nullable Tensor inputGradient(Tensor node, Conv2dInputGradient gradient) {
        Tensor dy = node.inputs().get(0);
        Tensor w = node.inputs().get(1);
        ConvGeometry g = LowerConvolution.geometry(gradient.conv(), gradient.input(), w.shape());
        if (!pays(g)) {
            return null;
        }
        WinogradLanes.Filters kind = WinogradLanes.inputGradientFilters(g);
        ConvGeometry served = kind == WinogradLanes.Filters.TURNED ? WinogradLanes.turned(g) : g;
        Tensor filters = Tensor.record(new WinogradOp.Filters(served, kind), w);
        return Tensor.record(new WinogradOp.InputGradient(gradient), dy, w, filters);
    }

    private @Nullable Tensor weightGradient(Tensor node, Conv2dWeightGradient gradient) {
        Tensor dy = node.inputs().get(0);
        Tensor x = node.inputs().get(1);
        Shape w = gradient.weight();
        return pays(LowerConvolution.geometry(gradient.conv(), x.shape(), w))
                ? Tensor.record(new WinogradOp.WeightGradient(gradient), dy, x)
                : null;
    }
}
