package org.skipjack.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.skipjack.core.Buffer;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;
import org.skipjack.core.Variable;
import org.skipjack.core.op.BinaryOp;
import org.skipjack.core.op.Conv2d;
import org.skipjack.core.op.MatMul;
import org.skipjack.core.op.Op;
import org.skipjack.core.op.Reshape;

/**
 * Folds batch norms by running statistics into the convolution or linear layer in front of them; {@link FoldedBatchNorm} has
 * the formula. What is folded is looked for in the expression, hence in any module: a batch norm of a convolution in one group,
 * or of a matrix product, with or without a bias. One behind anything else, such as a sum or a convolution in groups, stays.
 */
final class BatchNormFolding {
    /** The same layers are met again in the expression for each size of a batch; their weights are folded once. */
    private final Map<List<Tensor>, Layer> folded = new HashMap<>();

    /** A layer's product of its input, without batch norm behind it. */
    record Layer(Op product, Buffer weight, Buffer bias) {
        /** The layer applied to another input. */
        Tensor of(Tensor input) {
            Tensor sum = Tensor.record(product, input, weight);
            return sum.add(product instanceof Conv2d ? bias.reshape(-1, 1, 1) : bias);
        }
    }

    /** What a batch norm is to be replaced by, and the input of that. */
    record Replacement(Tensor input, Layer layer) {}

    /** The layer that stands for a batch norm and the one in front; empty if the node is no such batch norm. */
    Optional<Replacement> replacement(Tensor node) {
        if (!(node.op() instanceof org.skipjack.core.op.BatchNorm norm) || norm.training()) {
            return Optional.empty();
        }
        Tensor sum = node.inputs().getFirst();
        boolean biased = sum.op() == BinaryOp.ADD && bias(sum.inputs().get(1)).isPresent();
        Tensor product = biased ? sum.inputs().getFirst() : sum;
        Optional<Variable> bias = biased ? bias(sum.inputs().get(1)) : Optional.empty();
        Op op = product.op();
        if (op == null || !isLayer(op) || !(product.inputs().get(1) instanceof Variable weight)) {
            return Optional.empty();
        }
        var key = new ArrayList<Tensor>();
        key.add(weight);
        node.inputs().stream().skip(1).forEach(operand -> collectLeaves(operand, key));
        Layer layer = folded.computeIfAbsent(key, k -> fold(op, weight, bias, node, norm.epsilon()));
        return Optional.of(new Replacement(product.inputs().getFirst(), layer));
    }

    private static boolean isLayer(Op op) {
        return op instanceof Conv2d || (op instanceof MatMul product && !product.transposeA() && product.transposeB());
    }

    /** A variable of one number for each channel, as it is or spread over the map. */
    private static Optional<Variable> bias(Tensor added) {
        Tensor bare = added.op() instanceof Reshape ? added.inputs().getFirst() : added;
        return bare instanceof Variable variable && variable.shape().rank() == 1
                ? Optional.of(variable)
                : Optional.empty();
    }

    private static void collectLeaves(Tensor node, List<Tensor> leaves) {
        if (node.inputs().isEmpty()) {
            leaves.add(node);
        }
        node.inputs().forEach(input -> collectLeaves(input, leaves));
    }

    private static Layer fold(Op product, Variable weight, Optional<Variable> bias, Tensor norm, float epsilon) {
        int channels = weight.shape().dim(0);
        float[] statistics = norm.inputs().get(1).toFloatArray();
        var folded = new FoldedBatchNorm(
                Arrays.copyOf(statistics, channels),
                Arrays.copyOfRange(statistics, channels, 2 * channels),
                norm.inputs().get(2).toFloatArray(),
                norm.inputs().get(3).toFloatArray(),
                epsilon);
        float[] biases = bias.map(Tensor::toFloatArray).orElseGet(() -> new float[channels]);
        int each = weight.shape().elements() / channels;
        return new Layer(
                product,
                buffer(weight.name(), weight.shape(), folded.weight(weight.toFloatArray(), each), weight),
                buffer(weight.name() + ".bias", Shape.of(channels), folded.bias(biases), weight));
    }

    private static Buffer buffer(String name, Shape shape, float[] values, Variable like) {
        var buffer = new Buffer(name, shape);
        buffer.assign(values);
        buffer.to(like.device());
        return buffer;
    }
}
