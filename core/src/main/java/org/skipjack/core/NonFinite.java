package org.skipjack.core;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.skipjack.core.backend.Backend;

/**
 * Where the first NaN or infinity of a computation comes from: an op whose result holds one though its operands do not, or
 * a leaf that holds one.
 *
 * @param what the op with the shape of its result, or the leaf
 * @param near the variable that the op reads, or else one that was read last on the way to it; empty if there is none
 * @param element position of the first such number in the result, row-major
 * @param value that number
 */
public record NonFinite(String what, String near, int element, float value) {
    /**
     * Computes a loss and its gradients op by op, each in a plan of its own, until one is not finite. Slow, and without
     * influence on any variable.
     *
     * @param loss a scalar that need not be computed yet
     * @param parameters of whose gradients it is to look, too
     * @return the place, or nothing if all numbers are finite
     */
    public static Optional<NonFinite> find(Tensor loss, List<? extends Tensor> parameters) {
        var outputs = new ArrayList<Tensor>(List.of(loss));
        outputs.addAll(Gradients.of(loss, parameters));
        return new Search(Graph.of(outputs, List.of())).run();
    }

    /** As a part of a sentence, such as {@code conv2d [64, 6, 28, 28] near 0.weight: element 17 is NaN}. */
    public String describe() {
        return what + (near.isEmpty() ? "" : " near " + near) + ": element " + element + " is " + value;
    }

    private static final class Search {
        private final Graph graph;
        private final Backend backend;
        private final IdentityHashMap<Tensor, Tensor> values = new IdentityHashMap<>();
        private final IdentityHashMap<Tensor, String> near = new IdentityHashMap<>();
        private final IdentityHashMap<Tensor, Integer> readers = new IdentityHashMap<>();

        Search(Graph graph) {
            this.graph = graph;
            this.backend = Device.of(graph).backend();
            graph.nodes().stream()
                    .filter(n -> !n.isKnown())
                    .forEach(n -> n.inputs().forEach(i -> readers.merge(i, 1, Integer::sum)));
        }

        Optional<NonFinite> run() {
            for (Tensor node : graph.nodes()) {
                Tensor value = node.isKnown() ? node : compute(node);
                values.put(node, value);
                near.put(node, near(node));
                if (value.dtype() == DType.FLOAT32) {
                    float[] numbers = value.toFloatArray();
                    for (int i = 0; i < numbers.length; i++) {
                        if (!Float.isFinite(numbers[i])) {
                            return Optional.of(new NonFinite(what(node), name(node), i, numbers[i]));
                        }
                    }
                }
            }
            return Optional.empty();
        }

        private Tensor compute(Tensor node) {
            Tensor[] operands = node.inputs().stream().map(values::get).toArray(Tensor[]::new);
            Tensor alone = Tensor.record(Objects.requireNonNull(node.op()), operands);
            Graph found = Graph.of(List.of(alone), List.of());
            var one = new Graph(found.nodes(), found.data(), found.outputs(), List.of());
            float[] result = backend.compile(one).run(one.data())[0];
            release(node);
            return Tensor.wrap(result, node.shape().dims());
        }

        /** Forgets what no later op reads. */
        private void release(Tensor node) {
            for (Tensor input : node.inputs()) {
                if (readers.merge(input, -1, Integer::sum) == 0 && !input.isKnown()) {
                    values.remove(input);
                }
            }
        }

        private static String what(Tensor node) {
            if (node instanceof Variable variable) {
                return "variable " + variable.name();
            }
            return node.op() == null ? "data " + node.shape() : node.op().label() + " " + node.shape();
        }

        /** A variable has itself in its description already. */
        private String name(Tensor node) {
            return node instanceof Variable ? "" : near.getOrDefault(node, "");
        }

        private String near(Tensor node) {
            if (node instanceof Variable variable) {
                return variable.name();
            }
            String inherited = "";
            for (Tensor input : node.inputs()) {
                if (input instanceof Parameter parameter) {
                    return parameter.name();
                }
                inherited = inherited.isEmpty() ? near.getOrDefault(input, "") : inherited;
            }
            return inherited;
        }
    }
}
