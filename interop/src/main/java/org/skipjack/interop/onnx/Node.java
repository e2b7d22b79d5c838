package org.skipjack.interop.onnx;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.skipjack.core.Buffer;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;

/** A node while the model is put together: its attributes, and its operands as a forward pass will find them. */
final class Node {
    /**
     * A node's operand.
     *
     * @param shape for a batch of {@link Assembly#BATCH} examples; the other extents are always these
     * @param rule finds it among the values of a forward pass
     */
    record Operand(Shape shape, OnnxModule.Rule rule) {
        /** The operand in one forward pass. */
        Tensor in(List<Tensor> values) {
            return rule.apply(values);
        }
    }

    private final NodeProto proto;
    private final Assembly assembly;
    private final Attributes attributes;

    Node(NodeProto proto, Assembly assembly) {
        this.proto = proto;
        this.assembly = assembly;
        this.attributes = new Attributes(proto);
        if (proto.getOutputCount() < 1) {
            throw new IllegalArgumentException("has no output");
        }
    }

    /** Its kind and its name, or that of its result if it has none, for messages. */
    static String name(NodeProto proto) {
        return proto.getOpType() + " " + OnnxException.quote(label(proto));
    }

    /** Its name, or that of its result if it has none. */
    static String label(NodeProto proto) {
        boolean nameless = proto.getName().isEmpty() && proto.getOutputCount() > 0;
        return OnnxException.oneLine(nameless ? proto.getOutput(0) : proto.getName());
    }

    String opType() {
        return proto.getOpType();
    }

    Attributes attributes() {
        return attributes;
    }

    /** The net that is made. */
    OnnxModule module() {
        return assembly.module();
    }

    /** Version of the operators. */
    int operatorSet() {
        return assembly.operatorSet();
    }

    /** The size that the model's batch has; 0 if it is open. */
    int declaredBatch() {
        return assembly.declaredBatch();
    }

    /** Number of operands, absent ones in between included. */
    int inputs() {
        return proto.getInputCount();
    }

    boolean has(int index) {
        return index < proto.getInputCount() && !proto.getInput(index).isEmpty();
    }

    /** Refuses another number of operands. */
    void requireInputs(int least, int most) {
        boolean missing = false;
        for (int i = 0; i < least; i++) {
            missing |= !has(i);
        }
        if (missing || inputs() > most) {
            throw new IllegalArgumentException("has " + inputs() + " operands, expected " + least
                    + (most == least ? "" : " to " + (most == Integer.MAX_VALUE ? "any number" : most)));
        }
    }

    /** Refuses results beyond the first that somebody reads. */
    void requireOneResult() {
        for (int i = 1; i < proto.getOutputCount(); i++) {
            if (assembly.isRead(proto.getOutput(i))) {
                throw new IllegalArgumentException("its result " + OnnxException.quote(proto.getOutput(i))
                        + " is used, supported is the first one only");
            }
        }
    }

    /** An operand that is numbers of a net: a computed value, or values of the model, which become a variable. */
    Operand data(int index) {
        return assembly.operand(input(index));
    }

    /** A running statistic: a buffer. */
    Buffer statistic(int index) {
        return assembly.statistic(constant(index));
    }

    /** How many batches went into a running statistic, counted beside it as PyTorch does if it goes by PyTorch's name. */
    Optional<Buffer> counter(int index) {
        return assembly.counter(constant(index));
    }

    /** Numbers that the arithmetic needs. */
    Buffer arithmetic(String name, Shape shape, float[] numbers) {
        return assembly.arithmetic(name, shape, numbers);
    }

    /** Takes memory for what each forward pass records. */
    void spend(long bytes) {
        assembly.spend(bytes);
    }

    /** Whether an operand is part of the model rather than computed. */
    boolean isConstant(int index) {
        return assembly.constant(input(index)).isPresent();
    }

    /** Whole numbers of the model, such as axes. */
    int[] wholes(int index) {
        return Arrays.stream(longs(index))
                .mapToInt(value -> Attributes.small(input(index), value))
                .toArray();
    }

    /** Whole numbers of any size. */
    long[] longs(int index) {
        return constant(index).fewLongs();
    }

    /** One number of the model. */
    float scalar(int index) {
        float[] found = constant(index).fewFloats();
        if (found.length != 1) {
            throw new IllegalArgumentException(
                    "operand " + OnnxException.quote(input(index)) + " has " + found.length + " numbers, expected one");
        }
        return found[0];
    }

    private Values constant(int index) {
        return assembly.constant(input(index))
                .orElseThrow(() -> new IllegalArgumentException("operand " + OnnxException.quote(input(index))
                        + " is computed, supported here are constants of the model"));
    }

    private String input(int index) {
        return proto.getInput(index);
    }
}
