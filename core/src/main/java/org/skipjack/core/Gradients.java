package org.skipjack.core;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reverse-mode differentiation: the gradient of an expression is again an expression. */
public final class Gradients {
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
        IdentityHashMap<Tensor, Boolean> wanted = new IdentityHashMap<>();
        wrt.forEach(t -> wanted.put(t, true));
        IdentityHashMap<Tensor, Boolean> depends = new IdentityHashMap<>();
        collect(output, wanted, depends, order);
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
                if (part != null && depends.getOrDefault(input, false)) {
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

    /** Post-order of the nodes that depend on one of the leaves asked for; returns whether {@code node} does. */
    private static boolean collect(
            Tensor node,
            IdentityHashMap<Tensor, Boolean> wanted,
            IdentityHashMap<Tensor, Boolean> depends,
            List<Tensor> order) {
        Boolean visited = depends.get(node);
        if (visited != null) {
            return visited;
        }
        depends.put(node, false);
        boolean any = wanted.containsKey(node);
        for (Tensor input : node.inputs()) {
            any |= collect(input, wanted, depends, order);
        }
        depends.put(node, any);
        if (any) {
            order.add(node);
        }
        return any;
    }
}
