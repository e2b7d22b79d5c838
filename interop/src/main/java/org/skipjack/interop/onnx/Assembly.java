package org.skipjack.interop.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.skipjack.core.Buffer;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;
import org.skipjack.core.Variable;

/**
 * Puts a module together from a model's graph, node by node in the model's order. Each node is applied to a sample batch at
 * once, so that its shapes are checked and the next one knows them; nothing is computed.
 */
final class Assembly {
    /** Examples in the sample. */
    static final int BATCH = 2;

    /** Far more than any such net has; an expression as deep could not be evaluated. */
    private static final int MOST_NODES = 10_000;

    private static final int MOST_DIMENSIONS = 8;
    private static final String MEAN = "running_mean";

    private final OnnxModule module;
    private final int operatorSet;
    private final int declaredBatch;
    private final Map<String, Values> constants = new HashMap<>();
    private final Map<String, Integer> positions = new HashMap<>();
    private final Set<String> read = new HashSet<>();
    private final IdentityHashMap<Values, Variable> variables = new IdentityHashMap<>();
    private final List<Tensor> sample = new ArrayList<>();
    private long room;

    /**
     * A module without nodes.
     *
     * @param room bytes that variables may take, so that a small file cannot name its numbers again and again
     * @param declaredBatch the batch size that the model was written for; 0 if it is open
     * @param input shape of one example
     */
    Assembly(OnnxModule module, int operatorSet, int declaredBatch, Shape input, long room) {
        this.module = module;
        this.module.eval();
        this.room = room;
        this.operatorSet = operatorSet;
        this.declaredBatch = declaredBatch;
        sample.add(example(BATCH, input));
    }

    static Tensor example(int batch, Shape input) {
        int[] dims = new int[input.rank() + 1];
        dims[0] = batch;
        System.arraycopy(input.dims(), 0, dims, 1, input.rank());
        return Tensor.full(0, dims);
    }

    /** Adds the nodes on the way from the input to the output. */
    void build(GraphProto graph, String input, String output) {
        positions.put(input, 0);
        for (TensorProto tensor : graph.getInitializerList()) {
            define(tensor.getName());
            constants.put(tensor.getName(), new Values(tensor.getName(), true, tensor));
        }
        for (NodeProto node : needed(graph, output)) {
            add(node);
        }
        Integer result = positions.get(output);
        if (result == null) {
            throw new IllegalArgumentException("output " + OnnxException.quote(output)
                    + (constants.containsKey(output) ? " does not depend on the input" : " is given by no node"));
        }
        module.output(result);
        module.eval();
        requireBatchInFront(BATCH, sample.get(result));
    }

    /** A batch of any size must come out with as many examples as it went in. */
    static void requireBatchInFront(int batch, Tensor y) {
        if (y.shape().rank() == 0 || y.shape().dim(0) != batch) {
            throw new IllegalArgumentException(
                    "a batch of " + batch + " gives a result of shape " + y.shape() + ", expected the batch in front");
        }
    }

    private void define(String name) {
        if (constants.containsKey(name) || positions.containsKey(name)) {
            throw new IllegalArgumentException("two values are named " + OnnxException.quote(name));
        }
    }

    /** The nodes that the output depends on; a model lists nodes after those that they read. */
    private List<NodeProto> needed(GraphProto graph, String output) {
        read.add(output);
        var nodes = new ArrayList<NodeProto>();
        for (NodeProto node : graph.getNodeList().reversed()) {
            if (node.getOutputList().stream().anyMatch(read::contains)) {
                // An operand that is left out has an empty name, as has a result that nobody wants.
                node.getInputList().stream().filter(name -> !name.isEmpty()).forEach(read::add);
                nodes.add(node);
            }
        }
        if (nodes.size() > MOST_NODES) {
            throw new IllegalArgumentException("has " + nodes.size() + " nodes, expected at most " + MOST_NODES);
        }
        return nodes.reversed();
    }

    private void add(NodeProto proto) {
        try {
            var node = new Node(proto, this);
            for (String name : proto.getOutputList()) {
                define(name);
            }
            Optional<Values> constant = constant(node, proto);
            if (constant.isPresent()) {
                constants.put(proto.getOutput(0), constant.get());
            } else {
                var rule = NodeKinds.find(proto).prepare(node);
                Tensor result = rule.apply(sample);
                if (result.shape().rank() > MOST_DIMENSIONS) {
                    throw new IllegalArgumentException(
                            "gives " + result.shape().rank() + " dimensions, expected at most " + MOST_DIMENSIONS);
                }
                positions.put(proto.getOutput(0), module.add(new OnnxModule.Step(Node.label(proto), rule)));
                sample.add(result);
            }
            node.requireOneResult();
            node.attributes().requireAllRead();
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new IllegalArgumentException("node " + Node.name(proto) + ": " + e.getMessage(), e);
        }
    }

    /** The values of a node that only names some; empty if it computes. */
    private Optional<Values> constant(Node node, NodeProto proto) {
        return switch (node.opType()) {
            case "Constant" ->
                Optional.of(new Values(proto.getOutput(0), false, ConstantNode.tensor(node.attributes())));
            case "Identity" -> node.has(0) ? constant(proto.getInput(0)) : Optional.empty();
            case "Cast" ->
                node.has(0)
                        ? constant(proto.getInput(0)).map(values -> ConstantNode.cast(values, node.attributes()))
                        : Optional.empty();
            default -> Optional.empty();
        };
    }

    OnnxModule module() {
        return module;
    }

    /** Takes memory that lasts as long as the module, before it is allocated. */
    void spend(long bytes) {
        room -= bytes;
        if (room < 0) {
            throw new IllegalArgumentException("needs more memory than several times the model's own size");
        }
    }

    private void spend(Shape shape) {
        spend((long) Float.BYTES * shape.elements());
    }

    int operatorSet() {
        return operatorSet;
    }

    int declaredBatch() {
        return declaredBatch;
    }

    /** Whether a value of that name is needed. */
    boolean isRead(String name) {
        return read.contains(name);
    }

    /** The model's values of that name; empty if it is computed. */
    Optional<Values> constant(String name) {
        Values found = constants.get(name);
        if (found == null && !positions.containsKey(name)) {
            throw new IllegalArgumentException("reads " + OnnxException.quote(name)
                    + ", which is no input, no initialiser and no result of a node before it");
        }
        return Optional.ofNullable(found);
    }

    Node.Operand operand(String name) {
        Optional<Values> values = constant(name);
        if (values.isPresent()) {
            Variable variable = variables.computeIfAbsent(values.get(), this::variable);
            return new Node.Operand(variable.shape(), ignored -> variable);
        }
        int position = Objects.requireNonNull(positions.get(name));
        return new Node.Operand(sample.get(position).shape(), all -> all.get(position));
    }

    private Variable variable(Values values) {
        spend(values.shape());
        float[] numbers = values.floats();
        Variable variable = values.learnt()
                ? module.addParameter(values.name(), values.shape())
                : module.addBuffer(values.name(), values.shape(), false);
        variable.assign(numbers);
        return variable;
    }

    /** A buffer of its own for each batch norm, also where a model stores equal ones once. */
    Buffer statistic(Values values) {
        spend(values.shape());
        float[] numbers = values.floats();
        Buffer buffer = module.addBuffer(values.name(), values.shape(), true);
        buffer.assign(numbers);
        return buffer;
    }

    /** A buffer of numbers that the arithmetic needs; not saved. */
    Buffer arithmetic(String name, Shape shape, float[] numbers) {
        spend(shape);
        Buffer buffer = module.addBuffer(name, shape, false);
        buffer.assign(numbers);
        return buffer;
    }

    Optional<Buffer> counter(Values values) {
        return values.name().endsWith(MEAN)
                ? Optional.of(module.addBuffer(
                        values.name().substring(0, values.name().length() - MEAN.length()) + "num_batches_tracked",
                        Shape.scalar(),
                        true))
                : Optional.empty();
    }
}
