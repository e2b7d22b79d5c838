package org.skipjack.core.backend;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.skipjack.core.Assignment;
import org.skipjack.core.Graph;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;
import org.skipjack.core.Variable;
import org.skipjack.core.op.Op;

/**
 * Double precision, plain loops: interprets each op's definition. The oracle of every test and of the gradient check.
 *
 * <p>Variables hold floats; their shadow values in double precision can be overridden for finite differences.
 */
public final class ReferenceBackend implements Backend {
    private final IdentityHashMap<Tensor, double[]> overrides = new IdentityHashMap<>();

    /** A backend without overrides. */
    public ReferenceBackend() {}

    /** Uses these values in place of a leaf's floats from now on. */
    public void override(Tensor leaf, double[] values) {
        overrides.put(leaf, values);
    }

    @Override
    public String describe() {
        return "reference, double precision";
    }

    @Override
    public Executable compile(Graph graph) {
        return new Interpreter(graph);
    }

    /** The outputs in double precision; assignments are not made. */
    public List<double[]> evaluate(List<Tensor> outputs) {
        var graph = Graph.of(outputs, List.of());
        var values = interpret(graph, graph.data());
        return outputs.stream().map(values::get).toList();
    }

    private Map<Tensor, double[]> interpret(Graph graph, List<Tensor> data) {
        var recorded = graph.data();
        IdentityHashMap<Tensor, double[]> values = new IdentityHashMap<>();
        for (int i = 0; i < data.size(); i++) {
            values.put(recorded.get(i), leaf(data.get(i)));
        }
        for (Tensor node : graph.nodes()) {
            if (node instanceof Variable) {
                values.put(node, leaf(node));
            } else if (node.op() != null && !values.containsKey(node)) {
                values.put(node, define(node, values));
            }
        }
        return values;
    }

    private static double[] define(Tensor node, IdentityHashMap<Tensor, double[]> values) {
        var operands = new ArrayList<Op.Operand>();
        for (Tensor input : node.inputs()) {
            operands.add(new Op.Operand(input.shape(), requireNonNull(values.get(input))));
        }
        Op op = requireNonNull(node.op());
        return op.define(operands, node.shape());
    }

    private double[] leaf(Tensor leaf) {
        double[] override = overrides.get(leaf);
        return override != null ? override : widen(leaf.toFloatArray(), leaf.shape());
    }

    private static double[] widen(float[] floats, Shape shape) {
        var out = new double[shape.elements()];
        for (int i = 0; i < out.length; i++) {
            out[i] = floats[i];
        }
        return out;
    }

    private static float[] narrow(double[] doubles) {
        var out = new float[doubles.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) doubles[i];
        }
        return out;
    }

    private final class Interpreter implements Executable {
        private final Graph graph;

        private Interpreter(Graph graph) {
            this.graph = graph;
        }

        @Override
        public float[][] run(List<Tensor> data) {
            var values = interpret(graph, data);
            var outputs = graph.outputs().stream()
                    .map(t -> narrow(requireNonNull(values.get(t))))
                    .toArray(float[][]::new);
            var assigned = graph.assignments().stream()
                    .map(a -> narrow(requireNonNull(values.get(a.value()))))
                    .toList();
            for (int i = 0; i < assigned.size(); i++) {
                Assignment a = graph.assignments().get(i);
                a.target().assign(assigned.get(i));
            }
            return outputs;
        }

        @Override
        public long workspaceBytes() {
            return graph.nodes().stream()
                    .mapToLong(t -> 8L * t.shape().elements())
                    .sum();
        }

        @Override
        public String explain() {
            var out = new StringBuilder();
            graph.nodes().forEach(t -> out.append(t).append('\n'));
            return out.toString();
        }

        @Override
        public List<KernelTime> time(List<Tensor> data, int runs) {
            return List.of();
        }
    }
}
