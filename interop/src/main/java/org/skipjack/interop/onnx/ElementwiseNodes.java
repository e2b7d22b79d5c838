package org.skipjack.interop.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.skipjack.core.Tensor;
import org.skipjack.nn.Dropout;

/** Nodes that work element by element. */
final class ElementwiseNodes {
    private ElementwiseNodes() {}

    static void register(Map<String, NodeKinds.Kind> kinds) {
        unary(kinds, "Relu", Tensor::relu);
        unary(kinds, "Sigmoid", Tensor::sigmoid);
        unary(kinds, "Tanh", Tensor::tanh);
        unary(kinds, "Neg", Tensor::neg);
        unary(kinds, "Abs", Tensor::abs);
        unary(kinds, "Sqrt", Tensor::sqrt);
        unary(kinds, "Exp", Tensor::exp);
        unary(kinds, "Log", Tensor::log);
        unary(kinds, "Identity", x -> x);
        binary(kinds, "Add", Tensor::add, 2);
        binary(kinds, "Sub", Tensor::sub, 2);
        binary(kinds, "Mul", Tensor::mul, 2);
        binary(kinds, "Div", Tensor::div, 2);
        binary(kinds, "Sum", Tensor::add, Integer.MAX_VALUE);
        binary(kinds, "Max", Tensor::maximum, Integer.MAX_VALUE);
        binary(kinds, "Min", Tensor::minimum, Integer.MAX_VALUE);
        kinds.put("Clip", ElementwiseNodes::clip);
        kinds.put("Cast", ElementwiseNodes::cast);
        kinds.put("Dropout", ElementwiseNodes::dropout);
    }

    private static void unary(Map<String, NodeKinds.Kind> kinds, String name, UnaryOperator<Tensor> function) {
        kinds.put(name, node -> {
            node.requireInputs(1, 1);
            var x = node.data(0);
            return values -> function.apply(x.in(values));
        });
    }

    /** Of two operands, or of several from left to right. */
    private static void binary(
            Map<String, NodeKinds.Kind> kinds, String name, BinaryOperator<Tensor> function, int most) {
        kinds.put(name, node -> {
            node.requireInputs(most == 2 ? 2 : 1, most);
            List<Node.Operand> operands = new ArrayList<>();
            for (int i = 0; i < node.inputs(); i++) {
                operands.add(node.data(i));
            }
            return values -> {
                Tensor result = operands.getFirst().in(values);
                for (Node.Operand operand : operands.subList(1, operands.size())) {
                    result = function.apply(result, operand.in(values));
                }
                return result;
            };
        });
    }

    /** The limits are attributes before operator set 11, operands since. */
    private static OnnxModule.Rule clip(Node node) {
        node.requireInputs(1, 3);
        var x = node.data(0);
        float least = node.attributes().number("min", Float.NEGATIVE_INFINITY);
        float most = node.attributes().number("max", Float.POSITIVE_INFINITY);
        float low = node.has(1) ? node.scalar(1) : least;
        float high = node.has(2) ? node.scalar(2) : most;
        return values -> {
            Tensor y = x.in(values);
            y = low == Float.NEGATIVE_INFINITY ? y : y.maximum(Tensor.scalar(low));
            return high == Float.POSITIVE_INFINITY ? y : y.minimum(Tensor.scalar(high));
        };
    }

    /** Between types of floats, all of which are 32 bits wide here. */
    private static OnnxModule.Rule cast(Node node) {
        node.requireInputs(1, 1);
        var x = node.data(0);
        DataType type = Values.typeOf(node.attributes().whole("to", 0));
        node.attributes().ignore("saturate");
        return switch (type) {
            case FLOAT, FLOAT16, BFLOAT16, DOUBLE -> x.rule();
            default -> throw new IllegalArgumentException("casts to " + type + ", supported are types of floats");
        };
    }

    /** A layer of its own, with its own counter; the share is an attribute before operator set 12, an operand since. */
    private static OnnxModule.Rule dropout(Node node) {
        node.requireInputs(1, 3);
        var x = node.data(0);
        float share = node.attributes().number("ratio", 0.5f);
        node.attributes().ignore("seed");
        if (node.has(2)) {
            node.longs(2);
        }
        Dropout layer = new Dropout(node.has(1) ? node.scalar(1) : share);
        node.module().addLayer("dropout", layer).eval();
        return values -> layer.call(x.in(values));
    }
}
