package org.skipjack.train.safetensors;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the header says about one tensor: name, type, shape and its bytes [start, end) behind the header.
 *
 * @param shape the dimensions, outermost first; empty for a scalar
 */
record TensorInfo(String name, StoredType type, List<Integer> shape, long start, long end) {

    /** Key of the header that holds free text instead of a tensor. */
    static final String METADATA_KEY = "__metadata__";

    static final int MAX_NAME_BYTES = 512;
    static final int MAX_RANK = 8;

    /** A Java array holds so many bytes on every virtual machine. */
    static final long MAX_BYTES = Integer.MAX_VALUE - 8L;

    long byteCount() {
        return end - start;
    }

    /**
     * Returns the number of bytes that shape and type ask for.
     *
     * @throws ArithmeticException if the product does not fit a long
     */
    static long bytesOf(StoredType type, List<Integer> shape) {
        long bytes = type.bytes();
        for (int dimension : shape) {
            bytes = Math.multiplyExact(bytes, (long) dimension);
        }
        return bytes;
    }

    /** Returns what is wrong with a tensor's name, or null if nothing is. */
    static @Nullable String nameProblem(String name) {
        if (name.equals(METADATA_KEY)) {
            return "is reserved";
        }
        if (name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
            return "is longer than " + MAX_NAME_BYTES + " bytes";
        }
        if (name.codePoints().anyMatch(Character::isISOControl)) {
            return "holds a control character";
        }
        return null;
    }

    /** Returns for example {@code F32 [64,3,7,7]}. */
    String typeAndShape() {
        return type + shape.stream().map(String::valueOf).collect(Collectors.joining(",", " [", "]"));
    }
}
