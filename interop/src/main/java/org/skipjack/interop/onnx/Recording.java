package org.skipjack.interop.onnx;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.skipjack.core.DType;
import org.skipjack.core.Graph;
import org.skipjack.core.Tensor;
import org.skipjack.core.Variable;
import org.skipjack.core.op.BroadcastTo;
import org.skipjack.core.op.Constant;
import org.skipjack.core.op.Op;
import org.skipjack.core.op.RandomUniform;
import org.skipjack.core.op.Reshape;
import org.skipjack.nn.Module;

/**
 * A module's expression in evaluation mode, recorded for batches of two sizes. Where the two differ, an extent follows the
 * batch; so no module needs to say how it treats the batch, and the model can leave its size open.
 */
final class Recording {
    /** Two sizes that no layer has a reason to treat unlike. */
    private static final int BATCH = 2;

    private static final int OTHER_BATCH = 3;

    private final String name;
    private final Tensor input;
    private final Tensor output;
    private final IdentityHashMap<Variable, String> variables = new IdentityHashMap<>();
    private final IdentityHashMap<Tensor, Tensor> twins = new IdentityHashMap<>();
    private final IdentityHashMap<Tensor, Integer> uses = new IdentityHashMap<>();
    private final IdentityHashMap<Tensor, Boolean> onInput = new IdentityHashMap<>();

    /**
     * Records; the module's modes are left as they were.
     *
     * @param extents of one example, without the batch
     */
    static Recording of(Module module, int... extents) {
        var modes = new LinkedHashMap<Module, Boolean>();
        collectModes(module, modes);
        module.eval();
        try {
            return new Recording(module, input(BATCH, extents), input(OTHER_BATCH, extents));
        } finally {
            // Outer modules come first, since a module's mode is given to all below it.
            modes.forEach(Module::train);
        }
    }

    private static void collectModes(Module module, Map<Module, Boolean> modes) {
        modes.put(module, module.isTraining());
        module.children().forEach(child -> collectModes(child, modes));
    }

    private static Tensor input(int batch, int... extents) {
        int[] dims = new int[extents.length + 1];
        dims[0] = batch;
        System.arraycopy(extents, 0, dims, 1, extents.length);
        return Tensor.full(0, dims);
    }

    private Recording(Module module, Tensor input, Tensor other) {
        this.name = module.toString();
        this.input = input;
        this.output = module.call(input);
        module.variables().forEach((local, variable) -> variables.put(variable, local));
        Graph graph = Graph.of(List.of(output), List.of());
        if (!graph.assignments().isEmpty()) {
            throw refuse(
                    "assigns " + graph.assignments().getFirst().target().name() + " in evaluation mode",
                    "expected a module that changes nothing there");
        }
        if (!graph.nodes().contains(input)) {
            throw refuse("gives " + describe(output) + " whatever its input is", "expected a module that uses it");
        }
        graph.nodes().stream()
                .filter(node -> node.op() instanceof RandomUniform)
                .findFirst()
                .ifPresent(node -> {
                    throw refuse(node, "expected a module that computes the same each time");
                });
        pair(graph.nodes(), Graph.of(List.of(module.call(other)), List.of()).nodes(), other);
        for (Tensor node : graph.nodes()) {
            boolean reached = node == input;
            for (Tensor operand : operands(node)) {
                uses.merge(operand, 1, Integer::sum);
                reached |= Objects.requireNonNull(onInput.get(operand));
            }
            onInput.put(node, reached);
        }
    }

    /** The operands of a node; none of one whose values are there already. */
    private static List<Tensor> operands(Tensor node) {
        return node.isKnown() ? List.of() : node.inputs();
    }

    private void pair(List<Tensor> nodes, List<Tensor> others, Tensor other) {
        if (nodes.size() != others.size()) {
            throw dependsOnBatch(nodes.size() + " operations for one and " + others.size() + " for the other");
        }
        for (int i = 0; i < nodes.size(); i++) {
            Tensor a = nodes.get(i);
            Tensor b = others.get(i);
            boolean same = (a == input) == (b == other)
                    && (a == input || sameOp(a, b))
                    && operands(a).size() == operands(b).size();
            for (int k = 0; same && k < operands(a).size(); k++) {
                same = twins.get(operands(a).get(k)) == operands(b).get(k);
            }
            if (!same) {
                throw dependsOnBatch(describe(a) + " for one and " + describe(b) + " for the other");
            }
            twins.put(a, b);
        }
    }

    private static boolean sameOp(Tensor a, Tensor b) {
        if (a == b) {
            return true;
        }
        if (a.isKnown() || b.isKnown()) {
            return !(a instanceof Variable)
                    && a.shape().equals(b.shape())
                    && a.dtype() == b.dtype()
                    && Arrays.equals(a.toFloatArray(), b.toFloatArray());
        }
        Op op = Objects.requireNonNull(a.op());
        return switch (op) {
            case Reshape reshape -> b.op() instanceof Reshape;
            case BroadcastTo broadcast -> b.op() instanceof BroadcastTo;
            case Constant one -> b.op() instanceof Constant two && Float.compare(one.value(), two.value()) == 0;
            default -> op.equals(b.op());
        };
    }

    private OnnxException dependsOnBatch(String how) {
        return refuse(
                "computes differently for batches of " + BATCH + " and " + OTHER_BATCH + ", " + how,
                "expected the same expression but for the extents of the batch");
    }

    /** Kind of the module. */
    String name() {
        return name;
    }

    Tensor input() {
        return input;
    }

    Tensor output() {
        return output;
    }

    /** Whether a value is the same for every input. */
    boolean isConstant(Tensor node) {
        return !Objects.requireNonNull(onInput.get(node));
    }

    /** How many operands it is. */
    int readers(Tensor node) {
        return uses.getOrDefault(node, 0);
    }

    /** Whether one op reads the value and nobody else. */
    boolean isReadOnce(Tensor node) {
        return readers(node) == 1 && node != output;
    }

    /** Whether an extent is not the same for every size of the batch. */
    boolean varies(Tensor node, int dimension) {
        return Objects.requireNonNull(twins.get(node)).shape().dim(dimension)
                != node.shape().dim(dimension);
    }

    /** How many extents follow the batch. */
    int variableExtents(Tensor node) {
        int count = 0;
        for (int i = 0; i < node.shape().rank(); i++) {
            count += varies(node, i) ? 1 : 0;
        }
        return count;
    }

    /** Whether a variable of that path exists. */
    boolean hasVariable(String path) {
        return variables.containsValue(path);
    }

    /** Path of a variable from the module that was recorded. */
    String name(Variable variable) {
        return variables.getOrDefault(variable, variable.name());
    }

    /** A value's op, or the kind of leaf that it is, with its shape. */
    static String describe(Tensor node) {
        if (node instanceof Variable variable) {
            return variable.toString();
        }
        Op op = node.op();
        if (node.isKnown() || op == null) {
            return (node.dtype() == DType.INT32 ? "whole numbers " : "data ") + node.shape();
        }
        String value = op instanceof Constant constant ? " " + constant.value() : "";
        return op.label() + value + " " + node.shape();
    }

    /** The module cannot be a model because of one value. */
    OnnxException refuse(Tensor node, String expected) {
        Optional<Variable> near = near(node);
        return refuse(
                "[" + describe(node) + "]" + near.map(v -> " near " + name(v)).orElse("")
                        + " has no counterpart in ONNX",
                expected);
    }

    private OnnxException refuse(String found, String expected) {
        return new OnnxException(name, found, expected);
    }

    /** The variable that is read last before a value. */
    private static Optional<Variable> near(Tensor node) {
        var seen = Collections.newSetFromMap(new IdentityHashMap<Tensor, Boolean>());
        var open = new ArrayDeque<>(List.of(node));
        while (!open.isEmpty()) {
            Tensor next = open.remove();
            if (next instanceof Variable variable) {
                return Optional.of(variable);
            }
            next.inputs().stream().filter(seen::add).forEach(open::add);
        }
        return Optional.empty();
    }
}
