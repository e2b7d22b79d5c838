package org.skipjack.interop.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/**
 * How much of a model is not numbers. Two bytes of a file can be an empty node, which is a hundred bytes as an object; so the
 * structure is measured before anything is built from it. Numbers grow eightfold at most.
 */
final class StructureSize {
    /** A ResNet-152 has 100 KiB. */
    private static final long MOST_BYTES = 4 << 20;

    /** The messages on the way to numbers. Field numbers are those of ONNX's schema. */
    private enum Level {
        /** {@code TensorProto}: float_data, int32_data, int64_data, raw_data, double_data. */
        TENSOR(Map.of(), Set.of(4, 5, 7, 9, 10)),
        /** {@code AttributeProto}: t. */
        ATTRIBUTE(Map.of(5, TENSOR), Set.of()),
        /** {@code NodeProto}: attribute. */
        NODE(Map.of(5, ATTRIBUTE), Set.of()),
        /** {@code GraphProto}: node, initializer. */
        GRAPH(Map.of(1, NODE, 5, TENSOR), Set.of()),
        /** {@code ModelProto}: graph. */
        MODEL(Map.of(7, GRAPH), Set.of());

        @SuppressWarnings("ImmutableEnumChecker") // Map.of and Set.of are.
        private final Map<Integer, Level> messages;

        @SuppressWarnings("ImmutableEnumChecker")
        private final Set<Integer> numbers;

        Level(Map<Integer, Level> messages, Set<Integer> numbers) {
            this.messages = messages;
            this.numbers = numbers;
        }
    }

    private StructureSize() {}

    /**
     * Refuses a model of too much structure.
     *
     * @throws IOException if the bytes are no protobuf
     */
    static void check(String file, ByteString model) throws IOException {
        long structure = model.size() - numberBytes(model.newCodedInput(), Level.MODEL);
        if (structure > MOST_BYTES) {
            throw new OnnxException(
                    file,
                    structure + " bytes of it are nodes and names rather than numbers",
                    "expected at most " + MOST_BYTES);
        }
    }

    private static long numberBytes(CodedInputStream in, Level level) throws IOException {
        long bytes = 0;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            int field = WireFormat.getTagFieldNumber(tag);
            Level inner = level.messages.get(field);
            if (inner != null && WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
                int outer = in.pushLimit(in.readRawVarint32());
                bytes += numberBytes(in, inner);
                in.popLimit(outer);
            } else {
                int start = in.getTotalBytesRead();
                in.skipField(tag);
                bytes += level.numbers.contains(field) ? in.getTotalBytesRead() - start : 0;
            }
        }
        return bytes;
    }
}
