package org.skipjack.core.cpu;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Assignment;
import org.skipjack.core.Graph;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;
import org.skipjack.core.op.BinaryOp;
import org.skipjack.core.op.BroadcastTo;
import org.skipjack.core.op.Constant;
import org.skipjack.core.op.Effect;
import org.skipjack.core.op.Op;
import org.skipjack.core.op.Reshape;
import org.skipjack.core.op.UnaryOp;

/**
 * First pass: the same graph with equal expressions merged, constants folded, effects removed (their assignments are
 * collected already) and explicit broadcasts dropped where an element-wise op broadcasts by itself.
 */
final class Simplify {
    private final IdentityHashMap<Tensor, Tensor> done = new IdentityHashMap<>();
    private final Map<List<Object>, Tensor> known = new HashMap<>();

    private Simplify() {}

    static Graph run(Graph graph) {
        var pass = new Simplify();
        for (Tensor node : graph.nodes()) {
            pass.done.put(node, pass.simplify(node));
        }
        var outputs = graph.outputs().stream().map(pass::get).toList();
        var assignments = graph.assignments().stream()
                .map(a -> new Assignment(a.target(), pass.get(a.value())))
                .toList();
        var needed = Graph.of(outputs, assignments);
        return new Graph(needed.nodes(), graph.data(), needed.outputs(), needed.assignments());
    }

    private Tensor get(Tensor node) {
        return Objects.requireNonNull(done.get(node));
    }

    private Tensor simplify(Tensor node) {
        Op op = node.op();
        if (op == null || node.isKnown()) {
            return node;
        }
        var inputs = new ArrayList<Tensor>();
        node.inputs().forEach(i -> inputs.add(get(i)));
        if (op instanceof Effect) {
            return inputs.getFirst();
        }
        if (op instanceof BinaryOp) {
            dropBroadcasts(inputs, node.shape());
        }
        Tensor folded = fold(op, inputs, node.shape());
        if (folded != null) {
            return folded;
        }
        return merge(op, inputs);
    }

    private Tensor merge(Op op, List<Tensor> inputs) {
        var key = new ArrayList<Object>();
        key.add(op);
        inputs.forEach(i -> key.add(new Same(i)));
        return known.computeIfAbsent(key, k -> Tensor.record(op, inputs.toArray(Tensor[]::new)));
    }

    /** Replaces an operand that is a broadcast by what it broadcasts, as long as the result keeps its shape. */
    private static void dropBroadcasts(List<Tensor> inputs, Shape shape) {
        for (int i = 0; i < 2; i++) {
            if (inputs.get(i).op() instanceof BroadcastTo && !inputs.get(i).isKnown()) {
                Tensor narrow = inputs.get(i).inputs().getFirst();
                Shape other = inputs.get(1 - i).shape();
                if (Shape.broadcast("simplify", narrow.shape(), other).equals(shape)) {
                    inputs.set(i, narrow);
                }
            }
        }
    }

    private @Nullable Tensor fold(Op op, List<Tensor> inputs, Shape shape) {
        if (op instanceof BinaryOp binary) {
            Tensor neutral = neutral(binary, inputs.get(0), inputs.get(1), shape);
            if (neutral != null) {
                return neutral;
            }
        }
        boolean movable = op instanceof BinaryOp || op instanceof UnaryOp;
        boolean reshaping = op instanceof Reshape || op instanceof BroadcastTo;
        var values = new ArrayList<Op.Operand>();
        for (Tensor input : inputs) {
            if (!(input.op() instanceof Constant constant) || input.isKnown()) {
                return null;
            }
            values.add(new Op.Operand(Shape.scalar(), new double[] {constant.value()}));
        }
        if (movable) {
            return merge(new Constant((float) op.define(values, Shape.scalar())[0], shape), List.of());
        }
        return reshaping && !values.isEmpty()
                ? merge(new Constant((float) values.getFirst().data()[0], shape), List.of())
                : null;
    }

    /** {@code x * 1}, {@code x / 1}, {@code x + 0}, {@code x - 0}. */
    private static @Nullable Tensor neutral(BinaryOp op, Tensor a, Tensor b, Shape shape) {
        return switch (op) {
            case MULTIPLY ->
                isConstant(b, 1) && a.shape().equals(shape)
                        ? a
                        : isConstant(a, 1) && b.shape().equals(shape) ? b : null;
            case DIVIDE -> isConstant(b, 1) && a.shape().equals(shape) ? a : null;
            case ADD ->
                isConstant(b, 0) && a.shape().equals(shape)
                        ? a
                        : isConstant(a, 0) && b.shape().equals(shape) ? b : null;
            case SUBTRACT -> isConstant(b, 0) && a.shape().equals(shape) ? a : null;
            default -> null;
        };
    }

    private static boolean isConstant(Tensor t, float value) {
        return !t.isKnown() && t.op() instanceof Constant c && c.value() == value;
    }

    /** A tensor as a key by identity. */
    private record Same(Tensor tensor) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Same s && s.tensor == tensor;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(tensor);
        }
    }
}
