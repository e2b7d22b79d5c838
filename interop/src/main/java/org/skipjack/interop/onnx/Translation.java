package org.skipjack.interop.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.skipjack.core.DType;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;
import org.skipjack.core.Variable;
import org.skipjack.core.op.Constant;

/**
 * A recorded expression as a graph of ONNX, from its output backwards: a value is added when something needs it, so what a
 * pattern swallows never appears.
 */
final class Translation {
    private final Recording recording;
    private final boolean foldBatchNorm;
    private final GraphWriter graph;
    private final Operators operators;
    private final IdentityHashMap<Tensor, String> names = new IdentityHashMap<>();

    private Translation(Recording recording, boolean foldBatchNorm) {
        this.recording = recording;
        this.foldBatchNorm = foldBatchNorm;
        this.graph = new GraphWriter(recording.name(), GraphWriter.MOST_VALUE_BYTES);
        this.operators = new Operators(recording, graph, this::value);
    }

    /** The graph from a value named {@code input} to one named {@code output}. */
    static GraphProto of(Recording recording, OnnxExport.Options options) {
        var translation = new Translation(recording, options.foldBatchNorm());
        translation.graph.input(GraphWriter.value(options.input(), translation.extents(recording.input())));
        translation.graph.output(GraphWriter.value(options.output(), translation.extents(recording.output())));
        translation.names.put(recording.input(), options.input());
        translation.graph.result(translation.value(recording.output()), options.output());
        return translation.graph.build();
    }

    private List<?> extents(Tensor value) {
        return IntStream.range(0, value.shape().rank())
                .mapToObj(i -> recording.varies(value, i)
                        ? (Object) "batch"
                        : Integer.valueOf(value.shape().dim(i)))
                .toList();
    }

    /** Name of a value, which is added to the graph if it is not there. */
    private String value(Tensor value) {
        String name = names.get(value);
        if (name == null) {
            name = recording.isConstant(value) ? constant(value) : computed(value);
            names.put(value, name);
        }
        return name;
    }

    /** What does not depend on the input is computed here and now, unless it is a variable as it stands. */
    private String constant(Tensor value) {
        if (value instanceof Variable variable) {
            return graph.initializer(recording.name(variable), value.shape(), value.toFloatArray());
        }
        if (value.dtype() != DType.FLOAT32) {
            throw recording.refuse(value, "expected floats; leave labels and losses out of the module");
        }
        if (recording.variableExtents(value) == 0) {
            return graph.constant(value.shape(), value.toFloatArray());
        }
        if (value.op() instanceof Constant same) {
            // Broadcasting repeats it as often as there are examples; only element-wise ops get here.
            int[] ones = IntStream.generate(() -> 1).limit(value.shape().rank()).toArray();
            return graph.constant(Shape.of(ones), new float[] {same.value()});
        }
        throw recording.refuse(value, "expected constants whose shape does not follow the batch");
    }

    private String computed(Tensor value) {
        Optional<Normalization> normalization = Normalization.match(recording, value);
        if (normalization.isPresent()) {
            return normalized(normalization.get());
        }
        return Product.match(recording, value).map(this::product).orElseGet(() -> operators.add(value));
    }

    private String normalized(Normalization norm) {
        if (foldBatchNorm && recording.isReadOnce(norm.input())) {
            Optional<Product> product = Product.match(recording, norm.input()).filter(this::mayChange);
            if (product.isPresent()) {
                return folded(product.get(), norm);
            }
        }
        return graph.node(
                "BatchNormalization",
                layer(norm.scale()),
                List.of(
                        value(norm.input()),
                        vector(norm.scale()),
                        vector(norm.shift()),
                        vector(norm.mean()),
                        vector(norm.variance())),
                GraphWriter.number("epsilon", norm.epsilon()));
    }

    /** Whether nothing else reads the weight and the bias. */
    private boolean mayChange(Product product) {
        return recording.readers(product.weight()) == product.groups()
                && product.bias()
                        .map(bias -> recording.readers(Product.bare(bias)) == 1)
                        .orElse(true);
    }

    private String folded(Product product, Normalization norm) {
        Shape shape = product.weight().shape();
        float[] values = norm.foldWeight(product);
        String weight = product.weight() instanceof Variable variable
                ? graph.initializer(recording.name(variable), shape, values)
                : graph.constant(shape, values);
        Shape perChannel = Shape.of(product.channels());
        float[] biases = norm.foldBias(product);
        String bias = biasName(product)
                .map(name -> graph.initializer(name, perChannel, biases))
                .orElseGet(() -> graph.constant(perChannel, biases));
        return multiply(product, List.of(value(product.input()), weight, bias));
    }

    /** The name of the product's bias, or the one that its layer's bias would have. */
    private Optional<String> biasName(Product product) {
        if (product.bias().isPresent()) {
            return Product.bare(product.bias().get()) instanceof Variable variable
                    ? Optional.of(recording.name(variable))
                    : Optional.empty();
        }
        if (product.weight() instanceof Variable variable
                && recording.name(variable).endsWith("weight")) {
            String name = recording.name(variable).replaceFirst("weight$", "bias");
            return recording.hasVariable(name) ? Optional.empty() : Optional.of(name);
        }
        return Optional.empty();
    }

    private String product(Product product) {
        var inputs = new ArrayList<>(List.of(value(product.input()), value(product.weight())));
        product.bias().ifPresent(bias -> inputs.add(vector(bias)));
        return multiply(product, inputs);
    }

    private String multiply(Product product, List<String> inputs) {
        return graph.node(
                product.opType(),
                layer(product.weight()),
                inputs,
                product.attributes().toArray(AttributeProto[]::new));
    }

    /** A constant as a list: the variable that it is a view of, or its values. */
    private String vector(Tensor constant) {
        Tensor bare = Product.bare(constant);
        return bare instanceof Variable && bare.shape().rank() == 1
                ? value(bare)
                : graph.constant(Shape.of(constant.shape().elements()), constant.toFloatArray());
    }

    private String layer(Tensor weight) {
        if (!(weight instanceof Variable variable)) {
            return "";
        }
        String name = recording.name(variable);
        return name.substring(0, Math.max(0, name.lastIndexOf('.')));
    }
}
