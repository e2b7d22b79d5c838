package org.skipjack.core.cpu;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.DType;
import org.skipjack.core.Graph;
import org.skipjack.core.Tensor;
import org.skipjack.core.op.AdaptiveAvgPool2d;
import org.skipjack.core.op.ArgMax;
import org.skipjack.core.op.BatchNorm;
import org.skipjack.core.op.BinaryOp;
import org.skipjack.core.op.BroadcastTo;
import org.skipjack.core.op.Concatenate;
import org.skipjack.core.op.Constant;
import org.skipjack.core.op.CrossEntropy;
import org.skipjack.core.op.LogSoftmax;
import org.skipjack.core.op.Max;
import org.skipjack.core.op.Pad;
import org.skipjack.core.op.Permute;
import org.skipjack.core.op.Reshape;
import org.skipjack.core.op.Slice;
import org.skipjack.core.op.Sum;
import org.skipjack.core.op.UnaryOp;

/**
 * Inference on so few examples that most of the 16 lanes would be empty, and one thread would have all the work. It is
 * planned with 16 channels side by side instead ({@link ChannelLayout}), and the threads share each layer.
 */
final class SmallBatch {
    static final List<Rule> RULES = List.of(new BiasRule(), new ConvolutionRule(), new EpilogueRule());

    /** A block of lanes takes as long as eight examples of LeNet here, on one thread (docs/decisions/0011-small-batches.md). */
    private static final int LARGEST = 8;

    /** Elements up to which it does no harm that an op is computed by its definition; the gradients' are left to lanes. */
    private static final int FEW = 4096;

    private SmallBatch() {}

    /** Extent 0 of the first float input with a batch dimension; 0 if there is none. */
    static int batch(Graph graph) {
        return graph.data().stream()
                .filter(t -> t.dtype() == DType.FLOAT32
                        && t.shape().rank() >= 2
                        && t.shape().elements() > 0)
                .mapToInt(t -> t.shape().dim(0))
                .findFirst()
                .orElse(0);
    }

    /** The graph rewritten that way, or null if it is none to be computed so. */
    static @Nullable Graph of(Graph graph, Set<String> without) {
        int batch = batch(graph);
        if (batch == 0 || batch > LARGEST || !graph.assignments().isEmpty()) {
            return null;
        }
        Graph rewritten = ChannelLayout.run(
                Rewrite.run(graph, RULES, without), geometry -> WinogradRule.chosen(geometry, without));
        boolean convolves = rewritten.nodes().stream().anyMatch(t -> t.op() instanceof ChannelOp.Convolution);
        return convolves && rewritten.nodes().stream().allMatch(SmallBatch::fits) ? rewritten : null;
    }

    private static boolean fits(Tensor node) {
        if (node.op() == null || node.isKnown()) {
            return true;
        }
        return switch (node.op()) {
            case ChannelOp op -> true;
            case Reshape op -> true;
            case Constant op -> true;
            case UnaryOp op -> true;
            case BinaryOp op ->
                small(node)
                        || node.inputs().stream().allMatch(in -> elements(in) == 1 || elements(in) == elements(node));
            case BatchNorm op -> !op.training() && small(node);
            case AdaptiveAvgPool2d op -> small(node);
            case ArgMax op -> small(node);
            case BroadcastTo op -> small(node);
            case Concatenate op -> small(node);
            case CrossEntropy op -> small(node);
            case LogSoftmax op -> small(node);
            case Max op -> small(node);
            case Pad op -> small(node);
            case Permute op -> small(node);
            case Slice op -> small(node);
            case Sum op -> small(node);
            default -> false;
        };
    }

    private static boolean small(Tensor node) {
        return elements(node) <= FEW && node.inputs().stream().allMatch(in -> elements(in) <= FEW);
    }

    private static int elements(Tensor tensor) {
        return tensor.shape().elements();
    }
}
