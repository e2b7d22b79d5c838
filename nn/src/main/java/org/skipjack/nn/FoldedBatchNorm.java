package org.skipjack.nn;

/**
 * The numbers of a batch norm by running statistics that disappears into the convolution or linear layer in front of it. With
 * {@code f[o] = scale[o] / √(variance[o] + eps)} for each channel o,
 *
 * <pre>{@code
 * weight'[o] = weight[o] f[o]
 * bias'[o]   = (bias[o] - mean[o]) f[o] + shift[o]
 * }</pre>
 *
 * <p>Computed in double precision and rounded once, so each of the products that a channel sums up is off by 2⁻²⁴ of itself at
 * most. Follows {@code torch.nn.utils.fusion.fuse_conv_bn_weights}.
 */
public final class FoldedBatchNorm {
    private final double[] factors;
    private final float[] mean;
    private final float[] shift;

    /**
     * A batch norm of as many channels as each array has numbers.
     *
     * @param mean running mean
     * @param variance running variance
     * @param scale gamma
     * @param shift beta
     * @param epsilon added to the variance inside the root
     */
    public FoldedBatchNorm(float[] mean, float[] variance, float[] scale, float[] shift, float epsilon) {
        this.mean = mean.clone();
        this.shift = shift.clone();
        this.factors = new double[scale.length];
        for (int o = 0; o < factors.length; o++) {
            factors[o] = scale[o] / Math.sqrt((double) variance[o] + epsilon);
        }
    }

    /**
     * The weight of the layer that does both.
     *
     * @param weight of the layer in front; element {@code i} is of channel {@code i / inner % channels}
     * @param inner elements from one channel to the next
     */
    public float[] weight(float[] weight, int inner) {
        var folded = new float[weight.length];
        for (int i = 0; i < folded.length; i++) {
            folded[i] = (float) (weight[i] * factors[i / inner % factors.length]);
        }
        return folded;
    }

    /** The bias of the layer that does both, from that of the layer in front: zeros if it has none. */
    public float[] bias(float[] bias) {
        var folded = new float[factors.length];
        for (int o = 0; o < folded.length; o++) {
            folded[o] = (float) (((double) bias[o] - mean[o]) * factors[o] + shift[o]);
        }
        return folded;
    }
}
