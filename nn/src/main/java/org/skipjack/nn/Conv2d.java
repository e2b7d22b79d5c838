package org.skipjack.nn;

import java.util.Optional;
import java.util.random.RandomGenerator;
import org.skipjack.core.Parameter;
import org.skipjack.core.Shape;
import org.skipjack.core.ShapeMismatchException;
import org.skipjack.core.Tensor;

/**
 * Two-dimensional cross-correlation with a bias: {@code y[n, o] = b[o] + Σ_c W[o, c] ⋆ x[n, c]}.
 *
 * <p>Shapes: {@code [N, in, H, W]} becomes {@code [N, out, H', W']} with {@code H' = ⌊(H + 2·padding - dilation·(kernel -
 * 1) - 1) / stride⌋ + 1}, likewise {@code W'}. Parameters: {@code weight [out, in / groups, kh, kw]} and {@code bias
 * [out]}, both initially uniform within {@code ±1/√(in / groups · kh · kw)}.
 *
 * <pre>{@code
 * var first = new Conv2d(3, 64, Conv2d.kernel(7).stride(2).padding(3));
 * }</pre>
 *
 * <p>Follows <a href="https://pytorch.org/docs/stable/generated/torch.nn.Conv2d.html">torch.nn.Conv2d</a>.
 */
public final class Conv2d extends Module {
    private final Options options;
    private final org.skipjack.core.op.Conv2d op;
    private final Parameter weight;
    private final Optional<Parameter> bias;

    /** A square kernel, stride 1, no padding, with a bias. */
    public Conv2d(int in, int out, int kernel) {
        this(in, out, kernel(kernel));
    }

    /**
     * With options that start at {@link #kernel}.
     *
     * @throws IllegalArgumentException if the channels are not divisible by the number of groups
     */
    public Conv2d(int in, int out, Options options) {
        int groups = options.groups();
        if (in % groups != 0 || out % groups != 0) {
            throw new IllegalArgumentException("[conv2d]: " + in + " input and " + out
                    + " output channels must both be divisible by groups " + groups);
        }
        this.options = options;
        this.op = new org.skipjack.core.op.Conv2d(
                options.strideH(),
                options.strideW(),
                options.padH(),
                options.padW(),
                options.dilationH(),
                options.dilationW());
        this.weight = parameter("weight", Shape.of(out, in / groups, options.kernelH(), options.kernelW()));
        this.bias = options.bias() ? Optional.of(parameter("bias", Shape.of(out))) : Optional.empty();
        resetParameters(Init.generator(0));
    }

    /** Options with a square kernel and PyTorch's defaults: stride 1, no padding, one group, a bias. */
    public static Options kernel(int size) {
        return kernel(size, size);
    }

    /** Options with a kernel of that height and width and PyTorch's defaults. */
    public static Options kernel(int height, int width) {
        return new Options(height, width, 1, 1, 0, 0, 1, 1, 1, true);
    }

    @Override
    protected void resetParameters(RandomGenerator random) {
        Init.layer(weight, bias, random);
    }

    /** Convolves; throws a {@link ShapeMismatchException} if rank, channels or extents do not fit. */
    @Override
    public Tensor forward(Tensor x) {
        Tensor product = options.groups() == 1 ? Tensor.record(op, x, weight) : convolveGroups(x);
        return bias.isPresent() ? product.add(bias.get().reshape(-1, 1, 1)) : product;
    }

    private Tensor convolveGroups(Tensor x) {
        int groups = options.groups();
        int in = weight.shape().dim(1);
        int out = weight.shape().dim(0) / groups;
        if (x.shape().rank() != 4 || x.shape().dim(1) != in * groups) {
            throw new ShapeMismatchException(
                    op.label(),
                    "expects input [N, " + in * groups + ", H, W], got " + x.shape() + "; weight " + weight.shape()
                            + ", groups " + groups);
        }
        var parts = new Tensor[groups];
        for (int g = 0; g < groups; g++) {
            Tensor channels = x.slice(1, g * in, (g + 1) * in);
            parts[g] = Tensor.record(op, channels, weight.slice(0, g * out, (g + 1) * out));
        }
        return Tensor.concatenate(1, parts);
    }

    /** {@code [out, in / groups, kh, kw]}. */
    public Parameter weight() {
        return weight;
    }

    /** {@code [out]}; empty if the layer was made without. */
    public Optional<Parameter> bias() {
        return bias;
    }

    /**
     * Everything about a convolution but its channels; {@link Conv2d#kernel} gives the defaults, the methods change one
     * thing each.
     *
     * @param kernelH height of the kernel
     * @param kernelW width of the kernel
     * @param strideH step down
     * @param strideW step to the right
     * @param padH rows of zeros above and below
     * @param padW columns of zeros left and right
     * @param dilationH distance of two rows of the kernel
     * @param dilationW distance of two columns of the kernel
     * @param groups into how many parts the channels are split, each convolved alone
     * @param bias whether a bias is added
     */
    public record Options(
            int kernelH,
            int kernelW,
            int strideH,
            int strideW,
            int padH,
            int padW,
            int dilationH,
            int dilationW,
            int groups,
            boolean bias) {
        /**
         * Checks kernel and groups; the convolution itself checks the rest.
         *
         * @throws IllegalArgumentException if one of them is below 1
         */
        public Options {
            if (Math.min(kernelH, kernelW) < 1 || groups < 1) {
                throw new IllegalArgumentException("[conv2d]: kernel and groups must be at least 1, got kernel "
                        + kernelH + "x" + kernelW + ", groups " + groups);
            }
        }

        /** The same step in both directions. */
        public Options stride(int stride) {
            return stride(stride, stride);
        }

        /** Steps down and to the right. */
        public Options stride(int down, int right) {
            return new Options(kernelH, kernelW, down, right, padH, padW, dilationH, dilationW, groups, bias);
        }

        /** The same number of zeros on all four sides. */
        public Options padding(int padding) {
            return padding(padding, padding);
        }

        /** Zeros above and below, and left and right. */
        public Options padding(int rows, int columns) {
            return new Options(kernelH, kernelW, strideH, strideW, rows, columns, dilationH, dilationW, groups, bias);
        }

        /** The same distance in both directions. */
        public Options dilation(int dilation) {
            return dilation(dilation, dilation);
        }

        /** Distances of the kernel's rows and columns. */
        public Options dilation(int rows, int columns) {
            return new Options(kernelH, kernelW, strideH, strideW, padH, padW, rows, columns, groups, bias);
        }

        /** Number of groups. */
        public Options groups(int count) {
            return new Options(kernelH, kernelW, strideH, strideW, padH, padW, dilationH, dilationW, count, bias);
        }

        /** With or without a bias. */
        public Options bias(boolean with) {
            return new Options(kernelH, kernelW, strideH, strideW, padH, padW, dilationH, dilationW, groups, with);
        }
    }
}
