package org.skipjack.interop.onnx;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.skipjack.core.Buffer;
import org.skipjack.core.Shape;
import org.skipjack.core.ShapeMismatchException;
import org.skipjack.core.Tensor;
import org.skipjack.core.Variable;
import org.skipjack.core.op.BatchNorm;
import org.skipjack.core.op.BatchStatistics;
import org.skipjack.core.op.Conv2d;
import org.skipjack.core.op.Effect;
import org.skipjack.core.op.MatMul;

/** Nodes with weights: convolution, matrix products, batch norm. */
final class LayerNodes {
    /** Three tensors in each recording. */
    private static final long BYTES_OF_A_GROUP = 512;

    private LayerNodes() {}

    static void register(Map<String, NodeKinds.Kind> kinds) {
        kinds.put("Conv", LayerNodes::convolution);
        kinds.put("Gemm", LayerNodes::gemm);
        kinds.put("MatMul", LayerNodes::matmul);
        kinds.put("BatchNormalization", LayerNodes::batchNorm);
    }

    private static OnnxModule.Rule convolution(Node node) {
        node.requireInputs(2, 3);
        var x = node.data(0);
        var weight = node.data(1);
        Images.requireImages(x.shape());
        if (weight.shape().rank() != 4) {
            throw new IllegalArgumentException("weight has shape " + weight.shape() + ", expected [O, C, kh, kw]");
        }
        int[] kernel = {weight.shape().dim(2), weight.shape().dim(3)};
        int[] said = node.attributes().list("kernel_shape", kernel);
        if (said[0] != kernel[0] || said[1] != kernel[1]) {
            throw new IllegalArgumentException(
                    "kernel_shape is " + said[0] + "x" + said[1] + ", the weight's " + kernel[0] + "x" + kernel[1]);
        }
        var windows = Windows.of(node.attributes(), kernel, x.shape());
        int groups = node.attributes().whole("group", 1);
        boolean even = windows.isEven();
        var op = new Conv2d(
                windows.stride(0),
                windows.stride(1),
                even ? windows.before(0) : 0,
                even ? windows.before(1) : 0,
                windows.dilation(0),
                windows.dilation(1));
        requireGroups(groups, x.shape(), weight.shape());
        node.spend(groups * BYTES_OF_A_GROUP);
        Optional<Node.Operand> bias = node.has(2) ? Optional.of(node.data(2)) : Optional.empty();
        bias.ifPresent(b -> requireList(b.shape(), weight.shape().dim(0)));
        return values -> {
            Tensor images = even ? x.in(values) : windows.pad(x.in(values), 0);
            Tensor y = groups == 1
                    ? Tensor.record(op, images, weight.in(values))
                    : inGroups(op, groups, images, weight.in(values));
            return bias.isPresent() ? y.add(bias.get().in(values).reshape(-1, 1, 1)) : y;
        };
    }

    private static void requireGroups(int groups, Shape x, Shape weight) {
        if (groups < 1 || weight.dim(0) % groups != 0 || x.dim(1) != (long) weight.dim(1) * groups) {
            throw new IllegalArgumentException(
                    "group is " + groups + " for input " + x + " and weight " + weight
                            + ", expected a divisor of the output channels and as many input channels as group times the weight's");
        }
    }

    private static Tensor inGroups(Conv2d op, int groups, Tensor x, Tensor weight) {
        int in = weight.shape().dim(1);
        int out = weight.shape().dim(0) / groups;
        var parts = new Tensor[groups];
        for (int g = 0; g < groups; g++) {
            Tensor channels = x.slice(1, g * in, (g + 1) * in);
            parts[g] = Tensor.record(op, channels, weight.slice(0, g * out, (g + 1) * out));
        }
        return Tensor.concatenate(1, parts);
    }

    private static void requireList(Shape found, int length) {
        if (!found.equals(Shape.of(length))) {
            throw new IllegalArgumentException("operand has shape " + found + ", expected " + Shape.of(length));
        }
    }

    /** {@code alpha A B + beta C}, A and B as they are or transposed. */
    private static OnnxModule.Rule gemm(Node node) {
        node.requireInputs(2, 3);
        var a = node.data(0);
        var b = node.data(1);
        Optional<Node.Operand> c = node.has(2) ? Optional.of(node.data(2)) : Optional.empty();
        float alpha = node.attributes().number("alpha", 1);
        float beta = node.attributes().number("beta", 1);
        var op = new MatMul(
                node.attributes().flag("transA", false), node.attributes().flag("transB", false));
        return values -> {
            Tensor y = Tensor.record(op, a.in(values), b.in(values));
            y = alpha == 1 ? y : y.mul(alpha);
            if (c.isEmpty()) {
                return y;
            }
            Tensor shift = c.get().in(values);
            return y.add(beta == 1 ? shift : shift.mul(beta));
        };
    }

    /** A stack of matrices times one matrix, on either side. */
    private static OnnxModule.Rule matmul(Node node) {
        node.requireInputs(2, 2);
        var a = node.data(0);
        var b = node.data(1);
        int ranks = 10 * a.shape().rank() + b.shape().rank();
        if (b.shape().rank() == 2 && a.shape().rank() >= 2) {
            return values -> timesMatrix(a.in(values), b.in(values), false);
        }
        if (a.shape().rank() == 2 && b.shape().rank() > 2) {
            // A B = (Bᵀ Aᵀ)ᵀ, the last two dimensions exchanged.
            return values -> exchanged(timesMatrix(exchanged(b.in(values)), a.in(values), true));
        }
        throw new IllegalArgumentException("operands have ranks " + ranks / 10 + " and " + ranks % 10
                + ", supported is one matrix on either side of a stack of them");
    }

    private static Tensor timesMatrix(Tensor stack, Tensor matrix, boolean transposed) {
        Shape shape = stack.shape();
        Tensor rows = stack.reshape(Shape.of(shape.elements(0, shape.rank() - 1), shape.dim(-1)));
        Tensor product = Tensor.record(new MatMul(false, transposed), rows, matrix);
        return product.reshape(shape.with(-1, product.shape().dim(1)));
    }

    private static Tensor exchanged(Tensor stack) {
        int rank = stack.shape().rank();
        int[] order = new int[rank];
        for (int i = 0; i < rank; i++) {
            order[i] = i < rank - 2 ? i : 2 * rank - 3 - i;
        }
        return stack.permute(order);
    }

    /** With the conventions of {@link org.skipjack.nn.BatchNorm}, which are PyTorch's: the unbiased variance is kept. */
    private static OnnxModule.Rule batchNorm(Node node) {
        node.requireInputs(5, 5);
        var x = node.data(0);
        var scale = node.data(1);
        var shift = node.data(2);
        Buffer mean = node.statistic(3);
        Buffer variance = node.statistic(4);
        Optional<Buffer> batches = node.counter(3);
        float momentum = 1 - node.attributes().number("momentum", 0.9f);
        var fixed = new BatchNorm(node.attributes().number("epsilon", 1e-5f), false);
        // Whether statistics are the batch's is the module's mode, not the model's.
        node.attributes().ignore("training_mode");
        if (!node.attributes().flag("spatial", true)) {
            throw new IllegalArgumentException("spatial is 0, supported is one mean for each channel");
        }
        requireList(mean.shape(), x.shape().rank() < 2 ? 0 : x.shape().dim(1));
        requireList(variance.shape(), mean.shape().dim(0));
        var statistics = new Running(mean, variance, batches, momentum);
        OnnxModule module = node.module();
        return values -> module.isTraining()
                ? statistics.move(x.in(values), scale.in(values), shift.in(values), fixed.epsilon())
                : Tensor.record(fixed, x.in(values), statistics.rows(), scale.in(values), shift.in(values));
    }

    /** The running statistics of a batch norm. */
    private record Running(Buffer mean, Buffer variance, Optional<Buffer> batches, float momentum) {
        Tensor rows() {
            int channels = mean.shape().dim(0);
            return Tensor.concatenate(0, mean.reshape(1, channels), variance.reshape(1, channels));
        }

        /** Normalises by the batch's statistics and moves the running ones. */
        Tensor move(Tensor x, Tensor scale, Tensor shift, float epsilon) {
            int channels = mean.shape().dim(0);
            int n = x.shape().elements() / Math.max(1, channels);
            if (n == 1) {
                throw new ShapeMismatchException(
                        "batchNorm",
                        "expected more than 1 value per channel when training, got input " + x.shape()
                                + "; use at least 2 examples a batch or call eval()");
            }
            Tensor statistics = Tensor.record(new BatchStatistics(), x);
            Tensor y = Tensor.record(new BatchNorm(epsilon, true), x, statistics, scale, shift);
            Tensor newMean = statistics.slice(0, 0, 1).reshape(channels);
            Tensor newVariance = statistics.slice(0, 1, 2).reshape(channels);
            float unbiased = (float) (momentum * (n / (n - 1.0)));
            Tensor movedMean = mean.mul(1 - momentum).add(newMean.mul(momentum));
            Tensor movedVariance = variance.mul(1 - momentum).add(newVariance.mul(unbiased));
            return batches.isPresent()
                    ? Tensor.record(
                            new Effect(List.<Variable>of(mean, variance, batches.get())),
                            y,
                            movedMean,
                            movedVariance,
                            batches.get().add(1))
                    : Tensor.record(new Effect(List.<Variable>of(mean, variance)), y, movedMean, movedVariance);
        }
    }
}
