package org.skipjack.interop.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;

/**
 * Numbers that a model holds, an initialiser or a constant. They are decoded when they are used, and nothing is allocated
 * before their claimed shape has been compared with the bytes that are there.
 */
final class Values {
    private static final int MOST_DIMENSIONS = 8;

    /** More than any list of axes, extents or limits has. */
    private static final int FEW = 64;

    private final String name;
    private final boolean learnt;
    private final TensorProto tensor;
    private final Shape shape;

    /**
     * Checks shape and type, not yet the values.
     *
     * @param name for messages and the variable that the values may become
     * @param learnt whether they are state rather than a constant of the arithmetic
     */
    Values(String name, boolean learnt, TensorProto tensor) {
        this.name = name;
        this.learnt = learnt;
        this.tensor = tensor;
        if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL || tensor.getExternalDataCount() > 0) {
            throw refuse(
                    "is in another file", "expected the values in the model itself; save it without external data");
        }
        if (tensor.hasSegment()) {
            throw refuse("is one segment of several", "expected whole tensors");
        }
        this.shape = shape(tensor);
    }

    private Shape shape(TensorProto proto) {
        if (proto.getDimsCount() > MOST_DIMENSIONS) {
            throw refuse("has " + proto.getDimsCount() + " dimensions", "expected at most " + MOST_DIMENSIONS);
        }
        var dims = new int[proto.getDimsCount()];
        long elements = 1;
        for (int i = 0; i < dims.length; i++) {
            long extent = proto.getDims(i);
            if (extent < 0 || extent > Integer.MAX_VALUE) {
                throw refuse("has an extent of " + extent, "expected 0 to " + Integer.MAX_VALUE);
            }
            dims[i] = (int) extent;
            elements *= extent;
            if (elements > Integer.MAX_VALUE) {
                throw refuse("has shape " + proto.getDimsList(), "expected fewer than 2^31 elements");
            }
        }
        if (elements > stored(proto)) {
            throw refuse(
                    "has shape " + proto.getDimsList() + ", " + elements + " elements, and values of " + stored(proto)
                            + " of them",
                    "expected as many as the shape says");
        }
        return Shape.of(dims);
    }

    /** An upper bound on the values that are there. */
    private static long stored(TensorProto proto) {
        return Math.max(
                proto.getRawData().size(),
                Math.max(
                        Math.max(proto.getFloatDataCount(), proto.getDoubleDataCount()),
                        Math.max(proto.getInt32DataCount(), proto.getInt64DataCount())));
    }

    String name() {
        return name;
    }

    boolean learnt() {
        return learnt;
    }

    Shape shape() {
        return shape;
    }

    /** Whether the values are of a type that a net computes with. */
    boolean isFloat() {
        return switch (typeOf(tensor.getDataType())) {
            case FLOAT, FLOAT16, BFLOAT16, DOUBLE -> true;
            default -> false;
        };
    }

    /** The values as floats, row-major. */
    float[] floats() {
        IntToDoubleFunction value = switch (type()) {
            case FLOAT -> floats(bytes(Float.BYTES, tensor.getFloatDataCount()));
            case DOUBLE -> doubles(bytes(Double.BYTES, tensor.getDoubleDataCount()));
            case FLOAT16 -> halves(bytes(Short.BYTES, tensor.getInt32DataCount()), Float::float16ToFloat);
            case BFLOAT16 ->
                halves(
                        bytes(Short.BYTES, tensor.getInt32DataCount()),
                        bits -> Float.intBitsToFloat(Short.toUnsignedInt(bits) << 16));
            default -> throw refuse("has type " + type(), "expected FLOAT, FLOAT16, BFLOAT16 or DOUBLE");
        };
        var out = new float[shape.elements()];
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) value.applyAsDouble(i);
        }
        return out;
    }

    private IntToDoubleFunction floats(@Nullable ByteBuffer raw) {
        return raw == null ? tensor::getFloatData : i -> raw.getFloat(i * Float.BYTES);
    }

    private IntToDoubleFunction doubles(@Nullable ByteBuffer raw) {
        return raw == null ? tensor::getDoubleData : i -> raw.getDouble(i * Double.BYTES);
    }

    private interface Half {
        float widen(short bits);
    }

    /** Two bytes each, as raw data or in the low half of a list's numbers. */
    private IntToDoubleFunction halves(@Nullable ByteBuffer raw, Half format) {
        return i -> format.widen(raw == null ? (short) tensor.getInt32Data(i) : raw.getShort(i * Short.BYTES));
    }

    /** A short list of floats. */
    float[] fewFloats() {
        requireFew();
        return floats();
    }

    /** A short list of whole numbers. */
    long[] fewLongs() {
        requireFew();
        return longs();
    }

    private void requireFew() {
        if (shape.elements() > FEW) {
            throw refuse("has " + shape.elements() + " numbers where a short list belongs", "expected at most " + FEW);
        }
    }

    private long[] longs() {
        IntToLongFunction value = switch (type()) {
            case INT64 -> longs(bytes(Long.BYTES, tensor.getInt64DataCount()));
            case INT32 -> ints(bytes(Integer.BYTES, tensor.getInt32DataCount()));
            case BOOL -> bools(bytes(Byte.BYTES, tensor.getInt32DataCount()));
            default -> throw refuse("has type " + type(), "expected INT64, INT32 or BOOL");
        };
        var out = new long[shape.elements()];
        Arrays.setAll(out, value);
        return out;
    }

    private IntToLongFunction longs(@Nullable ByteBuffer raw) {
        return raw == null ? tensor::getInt64Data : i -> raw.getLong(i * Long.BYTES);
    }

    private IntToLongFunction ints(@Nullable ByteBuffer raw) {
        return raw == null ? tensor::getInt32Data : i -> raw.getInt(i * Integer.BYTES);
    }

    private IntToLongFunction bools(@Nullable ByteBuffer raw) {
        return raw == null ? tensor::getInt32Data : raw::get;
    }

    private DataType type() {
        return typeOf(tensor.getDataType());
    }

    /** The type of a number of ONNX's schema; undefined if there is none. */
    static DataType typeOf(int number) {
        DataType type = DataType.forNumber(number);
        return type == null ? DataType.UNDEFINED : type;
    }

    /**
     * The raw data; null if the values are in a list instead, which then has as many as the shape says.
     *
     * @param width bytes of a value
     * @param listed length of the list for this type
     */
    private @Nullable ByteBuffer bytes(int width, int listed) {
        ByteString raw = tensor.getRawData();
        long found = raw.isEmpty() ? listed : raw.size();
        long expected = shape.elements() * (raw.isEmpty() ? 1L : width);
        if (found != expected) {
            throw refuse(
                    "has " + found + (raw.isEmpty() ? " values" : " bytes") + " for its shape " + shape,
                    "expected " + expected);
        }
        return raw.isEmpty() ? null : raw.asReadOnlyByteBuffer().slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    private IllegalArgumentException refuse(String found, String expected) {
        return new IllegalArgumentException("tensor " + OnnxException.quote(name) + " " + found + ", " + expected);
    }
}
