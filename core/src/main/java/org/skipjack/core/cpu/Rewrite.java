package org.skipjack.core.cpu;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.skipjack.core.Assignment;
import org.skipjack.core.Graph;
import org.skipjack.core.Tensor;
import org.skipjack.core.op.Op;

/** Pass over a graph that applies one {@link Rule} wherever it fits, operands before users. */
final class Rewrite {
    /** In the order in which they are applied. */
    static final List<Rule> RULES = List.of(
            new BiasRule(),
            new CentredBiasRule(),
            new ReluPoolRule(),
            new PoolNormRule(),
            new NormSigmoidRule(),
            new NormSigmoidGradientRule(),
            new WinogradSweepRule(),
            WinogradRule.WHERE_FASTER,
            WinogradRule.EVERYWHERE);

    private final IdentityHashMap<Tensor, Tensor> done;
    private final IdentityHashMap<Tensor, Integer> uses;

    private Rewrite(int nodes) {
        done = new IdentityHashMap<>(nodes);
        uses = new IdentityHashMap<>(nodes);
    }

    /** Applies rules in order, but for those named in {@code without}. */
    static Graph run(Graph graph, List<Rule> rules, Set<String> without) {
        Graph result = graph;
        for (Rule rule : rules) {
            if (!without.contains(rule.name())) {
                result = new Rewrite(result.nodes().size()).apply(rule, result);
            }
        }
        return result;
    }

    private Graph apply(Rule rule, Graph graph) {
        for (Tensor node : graph.nodes()) {
            if (!node.isKnown()) {
                node.inputs().forEach(this::use);
            }
        }
        graph.outputs().forEach(this::use);
        graph.assignments().forEach(a -> use(a.value()));
        for (Tensor node : graph.nodes()) {
            Tensor rebuilt = rebuild(node);
            uses.putIfAbsent(rebuilt, uses.getOrDefault(node, 0));
            Tensor rewritten = rebuilt.isKnown() ? null : rule.rewrite(rebuilt, t -> uses.getOrDefault(t, 0));
            if (rewritten != null) {
                uses.putIfAbsent(rewritten, uses.getOrDefault(node, 0));
            }
            done.put(node, rewritten != null ? rewritten : rebuilt);
        }
        var outputs = graph.outputs().stream().map(this::get).toList();
        var assignments = graph.assignments().stream()
                .map(a -> new Assignment(a.target(), get(a.value())))
                .toList();
        var needed = Graph.of(outputs, assignments);
        return new Graph(needed.nodes(), graph.data(), needed.outputs(), needed.assignments());
    }

    private void use(Tensor node) {
        uses.merge(node, 1, Integer::sum);
    }

    private Tensor get(Tensor node) {
        return Objects.requireNonNull(done.get(node));
    }

    /** The node over rewritten operands; itself if none has changed. */
    private Tensor rebuild(Tensor node) {
        Op op = node.op();
        if (op == null || node.isKnown()) {
            return node;
        }
        var inputs = new ArrayList<Tensor>();
        node.inputs().forEach(i -> inputs.add(get(i)));
        for (int i = 0; i < inputs.size(); i++) {
            if (inputs.get(i) != node.inputs().get(i)) {
                return Tensor.record(op, inputs.toArray(Tensor[]::new));
            }
        }
        return node;
    }
}
