package org.skipjack.nn;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;
import org.skipjack.core.op.Conv2d;
import org.skipjack.core.op.MatMul;

/**
 * What a module's layers do to an input of some shape: output shapes, parameters, work and memory. Nothing is computed;
 * shapes are known when an expression is recorded.
 *
 * <p>FLOPs are those of a forward pass in convolutions and matrix products, a multiplication and its addition counted as
 * two; element-wise work is not counted.
 *
 * @param model kind of the module, {@code LeNetBn}
 * @param input shape of the input, the batch included
 * @param layers one row a module below, outer ones before inner ones, in order of registration
 * @param parameters number of learnt values
 * @param flops of one forward pass of the whole batch
 * @param outputBytes bytes of the innermost layers' outputs together
 */
public record Summary(String model, Shape input, List<Layer> layers, long parameters, long flops, long outputBytes) {
    /**
     * One module.
     *
     * @param path dotted path, {@code layer1.0.conv1}
     * @param type kind, {@code Conv2d}
     * @param depth 1 for the direct children of the module summed up
     * @param innermost whether it has no children
     * @param output shape of its output
     * @param parameters number of learnt values, its children's included
     * @param flops its children's included
     * @param outputBytes bytes of its output as floats
     */
    public record Layer(
            String path,
            String type,
            int depth,
            boolean innermost,
            Shape output,
            long parameters,
            long flops,
            long outputBytes) {}

    /**
     * The summary of a module in evaluation mode, in which it is left as it was found.
     *
     * @param input extents of the input, the batch first: {@code 1, 1, 28, 28}
     * @throws org.skipjack.core.ShapeMismatchException if the module refuses that shape, naming the layer
     */
    public static Summary of(Module module, int... input) {
        var modes = new IdentityHashMap<Module, Boolean>();
        module.apply(m -> modes.put(m, m.isTraining()));
        module.eval();
        try {
            var calls = new IdentityHashMap<Module, ForwardTrace.Call>();
            Tensor x = Tensor.full(0, input);
            Tensor y = ForwardTrace.observe(call -> calls.put(call.module(), call), () -> module.call(x));
            var layers = new ArrayList<Layer>();
            module.namedChildren().forEach((name, child) -> collect(name, 1, child, calls, layers));
            long bytes = layers.stream()
                    .filter(Layer::innermost)
                    .mapToLong(Layer::outputBytes)
                    .sum();
            return new Summary(
                    module.toString(), x.shape(), List.copyOf(layers), module.parameterCount(), flops(x, y), bytes);
        } finally {
            modes.forEach((m, training) -> m.training(training));
        }
    }

    private static void collect(
            String path, int depth, Module module, Map<Module, ForwardTrace.Call> calls, List<Layer> layers) {
        ForwardTrace.Call call = calls.get(module);
        if (call == null) {
            return;
        }
        Shape output = call.output().shape();
        layers.add(new Layer(
                path,
                module.toString(),
                depth,
                module.children().isEmpty(),
                output,
                module.parameterCount(),
                flops(call.input(), call.output()),
                (long) Float.BYTES * output.elements()));
        module.namedChildren().forEach((name, child) -> collect(path + "." + name, depth + 1, child, calls, layers));
    }

    /** Work of what was recorded between a module's input and its output. */
    private static long flops(Tensor input, Tensor output) {
        Set<Tensor> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        seen.add(input);
        var open = new ArrayDeque<>(List.of(output));
        long sum = 0;
        while (!open.isEmpty()) {
            Tensor node = open.pop();
            if (seen.add(node)) {
                sum += flops(node);
                node.inputs().forEach(open::push);
            }
        }
        return sum;
    }

    private static long flops(Tensor node) {
        if (node.op() instanceof Conv2d) {
            Shape weight = node.inputs().get(1).shape();
            return 2L * node.shape().elements() * weight.elements(1, weight.rank());
        }
        if (node.op() instanceof MatMul matmul) {
            Shape left = node.inputs().getFirst().shape();
            return 2L * node.shape().elements() * left.dim(matmul.transposeA() ? 0 : 1);
        }
        return 0;
    }
}
