package org.skipjack.interop.onnx;

import java.util.Arrays;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;

/** Nodes that join the numbers of some dimensions. */
final class ReductionNodes {
    private ReductionNodes() {}

    private interface Reduction {
        Tensor apply(Tensor x, boolean keepDim, int... axes);
    }

    static void register(Map<String, NodeKinds.Kind> kinds) {
        kinds.put("ReduceMean", node -> reduce(node, Tensor::mean));
        kinds.put("ReduceSum", node -> reduce(node, Tensor::sum));
        kinds.put("ReduceMax", node -> reduce(node, Tensor::max));
        kinds.put("Softmax", node -> softmax(node, y -> y.exp()));
        kinds.put("LogSoftmax", node -> softmax(node, y -> y));
    }

    /** The axes are an attribute before operator set 18, or 13 for a sum, an operand since. */
    private static OnnxModule.Rule reduce(Node node, Reduction reduction) {
        node.requireInputs(1, 2);
        var x = node.data(0);
        int[] listed = node.attributes().list("axes").orElse(new int[0]);
        int[] given = node.has(1) ? node.wholes(1) : listed;
        boolean keep = node.attributes().flag("keepdims", true);
        boolean idle = node.attributes().flag("noop_with_empty_axes", false);
        if (given.length == 0 && idle) {
            return x.rule();
        }
        Shape shape = x.shape();
        int[] axes = given.length == 0
                ? IntStream.range(0, shape.rank()).toArray()
                : Arrays.stream(given).map(shape::axis).distinct().sorted().toArray();
        if (given.length > 0 && axes.length != given.length) {
            throw new IllegalArgumentException("axes " + Arrays.toString(given) + " name a dimension twice");
        }
        return values -> reduction.apply(x.in(values), keep, axes);
    }

    /** Along one dimension since operator set 13; before, along all from that one on as if they were one. */
    private static OnnxModule.Rule softmax(Node node, UnaryOperator<Tensor> end) {
        node.requireInputs(1, 1);
        var x = node.data(0);
        Shape shape = x.shape();
        boolean old = node.operatorSet() < 13;
        int axis = shape.axis(node.attributes().whole("axis", old ? 1 : -1));
        int last = shape.rank() - 1;
        if (axis == last) {
            return values -> end.apply(x.in(values).logSoftmax());
        }
        if (old) {
            return values -> {
                Tensor y = x.in(values);
                Shape full = y.shape();
                Tensor rows = y.reshape(Shape.of(full.elements(0, axis), full.elements(axis, full.rank())));
                return end.apply(rows.logSoftmax()).reshape(full);
            };
        }
        int[] order = IntStream.range(0, shape.rank())
                .map(i -> i == axis ? last : i == last ? axis : i)
                .toArray();
        return values -> end.apply(x.in(values).permute(order).logSoftmax()).permute(order);
    }
}
