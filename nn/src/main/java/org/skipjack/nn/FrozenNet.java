package org.skipjack.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Buffer;
import org.skipjack.core.Shape;
import org.skipjack.core.ShapeMismatchException;
import org.skipjack.core.Tensor;
import org.skipjack.core.Variable;
import org.skipjack.core.op.Effect;
import org.skipjack.core.op.Op;

/**
 * What a module computes in evaluation mode, apart from the module: it has copies of the weights, with batch norms folded into
 * the layers in front of them where that is possible. Immutable, and safe for use by several threads; the module may be trained
 * on or dropped.
 *
 * <p>Folding: {@code weight' = weight f}, {@code bias' = (bias - running_mean) f + shift} with {@code f = scale / √(running_var +
 * eps)} in each output channel, in double precision and rounded once.
 *
 * <pre>{@code
 * var net = FrozenNet.of(module, new int[] {1, 28, 28}, 1, 16);
 * Tensor logits = net.apply(Tensor.wrap(pixels, 16, 1, 28, 28));
 * }</pre>
 */
public final class FrozenNet {
    private final Map<Integer, List<Node>> tapes;
    private final Shape example;
    private final int folded;

    /** One step: an op on earlier values, or a leaf. */
    private record Node(
            @Nullable Op op, int[] inputs, @Nullable Tensor leaf) {}

    private FrozenNet(Map<Integer, List<Node>> tapes, Shape example, int folded) {
        this.tapes = tapes;
        this.example = example;
        this.folded = folded;
    }

    /**
     * Records the module for batches of some sizes. The module's modes stay as they are.
     *
     * @param example shape of one input, {@code [C, H, W]}
     * @param batches sizes of batches that can be given
     * @throws ShapeMismatchException if such a batch does not fit the module
     */
    public static FrozenNet of(Module module, int[] example, int... batches) {
        var modes = new IdentityHashMap<Module, Boolean>();
        module.apply(part -> modes.put(part, part.isTraining()));
        try {
            module.eval();
            var recorder = new Recorder();
            var tapes = new TreeMap<Integer, List<Node>>();
            for (int batch : batches) {
                tapes.put(batch, recorder.record(module, batch(example, batch)));
            }
            return new FrozenNet(tapes, Shape.of(example), recorder.foldedNorms());
        } finally {
            modes.forEach(Module::training);
        }
    }

    private static int[] batch(int[] example, int size) {
        var shape = new int[example.length + 1];
        shape[0] = size;
        System.arraycopy(example, 0, shape, 1, example.length);
        return shape;
    }

    /** Number of batch norms that were folded away. */
    public int foldedBatchNorms() {
        return folded;
    }

    /** Shape of one input. */
    public int[] example() {
        return example.dims();
    }

    /**
     * The module's result for a batch, as an expression that is not evaluated yet.
     *
     * @throws ShapeMismatchException if the batch has another shape than was recorded
     */
    public Tensor apply(Tensor batch) {
        List<Node> tape =
                batch.shape().rank() == 0 ? null : tapes.get(batch.shape().dim(0));
        int[] dims = batch.shape().dims();
        if (tape == null || !Shape.of(Arrays.copyOfRange(dims, 1, dims.length)).equals(example)) {
            throw new ShapeMismatchException(
                    "frozenNet",
                    "input " + batch.shape() + ", expected batches of " + tapes.keySet() + " of " + example);
        }
        var values = new Tensor[tape.size()];
        for (int i = 0; i < values.length; i++) {
            Node node = tape.get(i);
            if (node.op() == null) {
                values[i] = node.leaf() == null ? batch : node.leaf();
            } else {
                var inputs = new Tensor[node.inputs().length];
                for (int k = 0; k < inputs.length; k++) {
                    inputs[k] = values[node.inputs()[k]];
                }
                values[i] = Tensor.record(node.op(), inputs);
            }
        }
        return values[values.length - 1];
    }

    /** Turns expressions into tapes; copies of variables and folded layers are shared by all of them. */
    private static final class Recorder {
        private final BatchNormFolding folding = new BatchNormFolding();
        private final IdentityHashMap<Variable, Buffer> copies = new IdentityHashMap<>();
        private int foldedNorms;

        int foldedNorms() {
            return foldedNorms;
        }

        List<Node> record(Module module, int[] shape) {
            foldedNorms = 0;
            Tensor input = Tensor.wrap(new float[Shape.of(shape).elements()], shape);
            var tape = new ArrayList<Node>();
            var places = new IdentityHashMap<Tensor, Integer>();
            tape.add(new Node(null, new int[0], null));
            places.put(input, 0);
            int last = visit(module.call(input), tape, places);
            if (last != tape.size() - 1) {
                throw new IllegalArgumentException("[frozenNet] " + module + " gives its input back; expected a net");
            }
            return List.copyOf(tape);
        }

        private int visit(Tensor node, List<Node> tape, IdentityHashMap<Tensor, Integer> places) {
            Integer known = places.get(node);
            if (known != null) {
                return known;
            }
            int place = place(node, tape, places);
            places.put(node, place);
            return place;
        }

        private int place(Tensor node, List<Node> tape, IdentityHashMap<Tensor, Integer> places) {
            Optional<BatchNormFolding.Replacement> replacement = folding.replacement(node);
            if (replacement.isPresent()) {
                foldedNorms++;
                Tensor input = replacement.get().input();
                Tensor standIn = Tensor.full(0, input.shape().dims());
                places.put(standIn, visit(input, tape, places));
                return visit(replacement.get().layer().of(standIn), tape, places);
            }
            Op op = node.op();
            if (op instanceof Effect) {
                return visit(node.inputs().getFirst(), tape, places);
            }
            if (op == null || node.isKnown()) {
                tape.add(new Node(null, new int[0], node instanceof Variable variable ? copy(variable) : node));
            } else {
                int[] inputs = node.inputs().stream()
                        .mapToInt(operand -> visit(operand, tape, places))
                        .toArray();
                tape.add(new Node(op, inputs, null));
            }
            return tape.size() - 1;
        }

        /** A folded layer's own buffers are no part of a module; they are copied all the same, once. */
        private Buffer copy(Variable variable) {
            return copies.computeIfAbsent(variable, original -> {
                var copy = new Buffer(original.name(), original.shape());
                copy.assign(original.toFloatArray());
                copy.to(original.device());
                return copy;
            });
        }
    }
}
