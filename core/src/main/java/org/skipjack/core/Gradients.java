package org.skipjack.core;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reverse-mode differentiation: the gradient of an expression is again an expression. */
public final class Gradients {
    private static final int USUAL_NODES = 160;

    private Gradients() {}

    /**
     * Gradients of a scalar with respect to some leaves or nodes, in their order; zeros where the scalar does not depend
     * on one.
     *
     * @param loss a tensor with one element
     * @param wrt what to differentiate with respect to
     * @throws ShapeMismatchException if {@code loss} has more than one element
     */
    public static List<Tensor> of(Tensor loss, List<? extends Tensor> wrt) {
        if (loss.shape().elements() != 1) {
            throw new ShapeMismatchException("gradient", "expects a scalar, got shape " + loss.shape());
        }
        return of(loss, Tensor.record(new org.skipjack.core.op.Constant(1, loss.shape())), wrt);
    }

    /** Vector-Jacobian product: gradients of {@code Σ output · upstream}. */
    public static List<Tensor> of(Tensor output, Tensor upstream, List<? extends Tensor> wrt) {
        var order = new ArrayList<Tensor>();
        IdentityHashMap<Tensor, Boolean> depends = new IdentityHashMap<>();
        wrt.forEach(t -> depends.put(t, true));
        new PostOrder(USUAL_NODES, node -> true, node -> {
                    if (depends.containsKey(node) || node.inputs().stream().anyMatch(depends::containsKey)) {
                        depends.put(node, true);
                        order.add(node);
                    }
                })
                .visit(output);
        IdentityHashMap<Tensor, Tensor> gradients = new IdentityHashMap<>();
        gradients.put(output, upstream);
        for (Tensor node : order.reversed()) {
            Tensor gradient = gradients.get(node);
            if (gradient == null || node.op() == null) {
                continue;
            }
            List<@Nullable Tensor> parts = node.op().gradient(node, gradient);
            for (int i = 0; i < parts.size(); i++) {
                Tensor part = parts.get(i);
                Tensor input = node.inputs().get(i);
                if (part != null && depends.containsKey(input)) {
                    gradients.merge(input, part, Tensor::add);
                }
            }
        }
        var out = new ArrayList<Tensor>();
        for (Tensor t : wrt) {
            Tensor gradient = gradients.get(t);
            out.add(gradient != null ? gradient : Tensor.full(0, t.shape().dims()));
        }
        return out;
    }
}
