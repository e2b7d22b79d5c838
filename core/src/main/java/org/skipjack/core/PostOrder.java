package org.skipjack.core;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Visits the nodes of expressions once each, operands in their order before users. On a stack of its own, since an expression
 * may be deeper than a thread's: an unrolled loop, a model of another system.
 */
final class PostOrder {
    /** Deeper than LeNet's training step; beyond it, it grows. */
    private static final int USUAL_DEPTH = 128;

    private final IdentityHashMap<Tensor, Boolean> seen;
    private final Predicate<Tensor> leads;
    private final Consumer<Tensor> visitor;
    private Tensor[] path = new Tensor[USUAL_DEPTH];
    private int[] operands = new int[USUAL_DEPTH];
    private int depth;

    /**
     * A visit.
     *
     * @param nodes how many are expected
     * @param leads whether a node's operands are visited too
     * @param visitor is given each node
     */
    PostOrder(int nodes, Predicate<Tensor> leads, Consumer<Tensor> visitor) {
        this.seen = new IdentityHashMap<>(nodes);
        this.leads = leads;
        this.visitor = visitor;
    }

    /** Visits a node and what it leads to, unless that has been visited. */
    void visit(Tensor root) {
        enter(root);
        while (depth > 0) {
            Tensor node = path[depth - 1];
            int next = operands[depth - 1]++;
            if (next < node.inputs().size() && leads.test(node)) {
                enter(node.inputs().get(next));
            } else {
                depth--;
                visitor.accept(node);
            }
        }
    }

    private void enter(Tensor node) {
        if (seen.put(node, true) != null) {
            return;
        }
        if (depth == path.length) {
            path = Arrays.copyOf(path, 2 * depth);
            operands = Arrays.copyOf(operands, 2 * depth);
        }
        path[depth] = node;
        operands[depth] = 0;
        depth++;
    }
}
