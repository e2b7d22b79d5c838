package org.skipjack.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.skipjack.core.op.Effect;

/**
 * What a backend compiles: the nodes of some expressions in an order in which operands come first, the outputs wanted,
 * and the assignments made at the end (the given ones and those of every {@link Effect} on the way).
 *
 * @param nodes leaves and recorded ops, operands before users
 * @param data the leaves that carry the data of one evaluation (not variables), in node order; bound anew at each run
 * @param outputs nodes whose values are wanted
 * @param assignments new values of variables
 */
public record Graph(List<Tensor> nodes, List<Tensor> data, List<Tensor> outputs, List<Assignment> assignments) {
    /** LeNet's forward pass with batch norm has 131, from scratch 155; with room for them nothing grows in a step. */
    private static final int USUAL_NODES = 160;

    /** Collects everything that the outputs and assignments need. */
    public static Graph of(List<Tensor> outputs, List<Assignment> assignments) {
        var all = new ArrayList<>(assignments);
        var order = new ArrayList<Tensor>(USUAL_NODES);
        var walk = new PostOrder(USUAL_NODES, node -> !node.isKnown(), node -> {
            if (node.op() instanceof Effect effect && !node.isKnown()) {
                for (int i = 0; i < effect.targets().size(); i++) {
                    all.add(new Assignment(
                            effect.targets().get(i), node.inputs().get(i + 1)));
                }
            }
            order.add(node);
        });
        for (Tensor output : outputs) {
            walk.visit(output);
        }
        for (int i = 0; i < all.size(); i++) {
            walk.visit(all.get(i).value());
        }
        var data = new ArrayList<Tensor>();
        for (Tensor node : order) {
            if (node.isKnown() && !(node instanceof Variable)) {
                data.add(node);
            }
        }
        return new Graph(
                Collections.unmodifiableList(order),
                Collections.unmodifiableList(data),
                List.copyOf(outputs),
                Collections.unmodifiableList(all));
    }
}
