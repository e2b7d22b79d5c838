package org.skipjack.core;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The structure of a graph: ops with their attributes and operands by position, variables by identity and device, data by type and
 * shape. Two recordings of the same step have equal keys and share a plan.
 */
record PlanKey(List<Object> parts) {
    static PlanKey of(Graph graph) {
        IdentityHashMap<Tensor, Integer> position =
                new IdentityHashMap<>(graph.nodes().size());
        var parts = new ArrayList<Object>(4 * graph.nodes().size());
        for (Tensor node : graph.nodes()) {
            position.put(node, position.size());
            add(parts, node, position);
        }
        for (Tensor output : graph.outputs()) {
            parts.add(position.get(output));
        }
        for (Assignment assignment : graph.assignments()) {
            parts.add(assignment.target());
            parts.add(position.get(assignment.value()));
        }
        return new PlanKey(parts);
    }

    /** Adds one node. In a method of its own, since the compiler takes 0.4 s for a loop with all of this and 0.2 s so. */
    private static void add(List<Object> parts, Tensor node, Map<Tensor, Integer> position) {
        if (node instanceof Variable variable) {
            parts.add(node);
            parts.add(variable.device());
        } else if (node.isKnown() || node.op() == null) {
            parts.add(node.dtype());
            parts.add(node.shape());
        } else {
            parts.add(node.op());
            for (int i = 0; i < node.inputs().size(); i++) {
                parts.add(position.get(node.inputs().get(i)));
            }
        }
    }
}
