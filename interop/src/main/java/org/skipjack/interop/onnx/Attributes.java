package org.skipjack.interop.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A node's attributes. Each is asked for by name and type; one that nobody asks for would change the meaning and is refused. */
final class Attributes {
    /** Far above any kernel, stride or padding, and small enough that products of two fit an int. */
    static final int MOST = 1 << 14;

    private final Map<String, AttributeProto> unread = new LinkedHashMap<>();
    private final TreeSet<String> known = new TreeSet<>();

    Attributes(NodeProto node) {
        for (AttributeProto attribute : node.getAttributeList()) {
            if (unread.put(attribute.getName(), attribute) != null) {
                throw new IllegalArgumentException(
                        "attribute " + OnnxException.quote(attribute.getName()) + " is there twice");
            }
        }
    }

    private @Nullable AttributeProto take(String name, AttributeType type) {
        known.add(name);
        AttributeProto found = unread.remove(name);
        if (found != null && found.getType() != type) {
            throw new IllegalArgumentException(
                    "attribute " + name + " is of type " + found.getType() + ", expected " + type);
        }
        return found;
    }

    boolean has(String name) {
        return unread.containsKey(name);
    }

    float number(String name, float usual) {
        AttributeProto found = take(name, AttributeType.FLOAT);
        return found == null ? usual : found.getF();
    }

    /** A whole number of a size that no shape overflows by. */
    int whole(String name, int usual) {
        AttributeProto found = take(name, AttributeType.INT);
        return found == null ? usual : small(name, found.getI());
    }

    /** Zero or one. */
    boolean flag(String name, boolean usual) {
        return whole(name, usual ? 1 : 0) != 0;
    }

    /** A list; empty if it is absent. */
    Optional<int[]> list(String name) {
        AttributeProto found = take(name, AttributeType.INTS);
        return found == null
                ? Optional.empty()
                : Optional.of(found.getIntsList().stream()
                        .mapToInt(i -> small(name, i))
                        .toArray());
    }

    /** A list of that length. */
    int[] list(String name, int... usual) {
        int[] found = list(name).orElse(usual);
        if (found.length != usual.length) {
            throw new IllegalArgumentException(
                    "attribute " + name + " has " + found.length + " numbers, expected " + usual.length);
        }
        return found;
    }

    Optional<float[]> floats(String name) {
        AttributeProto found = take(name, AttributeType.FLOATS);
        if (found == null) {
            return Optional.empty();
        }
        var out = new float[found.getFloatsCount()];
        for (int i = 0; i < out.length; i++) {
            out[i] = found.getFloats(i);
        }
        return Optional.of(out);
    }

    String text(String name, String usual) {
        AttributeProto found = take(name, AttributeType.STRING);
        return found == null ? usual : found.getS().toString(StandardCharsets.UTF_8);
    }

    Optional<TensorProto> tensor(String name) {
        return Optional.ofNullable(take(name, AttributeType.TENSOR)).map(AttributeProto::getT);
    }

    /** An attribute without influence here. */
    void ignore(String name) {
        known.add(name);
        unread.remove(name);
    }

    /** Refuses what was not asked for. */
    void requireAllRead() {
        if (!unread.isEmpty()) {
            throw new IllegalArgumentException("attribute "
                    + OnnxException.quote(unread.keySet().iterator().next()) + " is not supported here, expected "
                    + (known.isEmpty() ? "none" : String.join(", ", known)));
        }
    }

    /** A number between plus and minus {@link #MOST}. */
    static int small(String name, long value) {
        if (value < -MOST || value > MOST) {
            throw new IllegalArgumentException(name + " is " + value + ", expected at most " + MOST);
        }
        return (int) value;
    }
}
