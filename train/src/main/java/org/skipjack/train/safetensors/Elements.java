package org.skipjack.train.safetensors;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Turns the little-endian bytes of a tensor into numbers; null for a type that is not among those asked for. */
final class Elements {

    private Elements() {}

    static float @Nullable [] floats(StoredType type, ByteBuffer bytes) {
        return switch (type) {
            case F32 -> {
                var values = new float[bytes.remaining() / Float.BYTES];
                bytes.asFloatBuffer().get(values);
                yield values;
            }
            case F64 -> {
                var values = new float[bytes.remaining() / Double.BYTES];
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) bytes.getDouble(i * Double.BYTES);
                }
                yield values;
            }
            case F16 -> {
                var values = new float[bytes.remaining() / Short.BYTES];
                for (int i = 0; i < values.length; i++) {
                    values[i] = Float.float16ToFloat(bytes.getShort(i * Short.BYTES));
                }
                yield values;
            }
            case BF16 -> {
                var values = new float[bytes.remaining() / Short.BYTES];
                for (int i = 0; i < values.length; i++) {
                    values[i] = Float.intBitsToFloat(bytes.getShort(i * Short.BYTES) << Short.SIZE);
                }
                yield values;
            }
            case I64 -> {
                var values = new float[bytes.remaining() / Long.BYTES];
                for (int i = 0; i < values.length; i++) {
                    values[i] = bytes.getLong(i * Long.BYTES);
                }
                yield values;
            }
            default -> null;
        };
    }

    static long @Nullable [] longs(StoredType type, ByteBuffer bytes) {
        return switch (type) {
            case I64 -> {
                var values = new long[bytes.remaining() / Long.BYTES];
                bytes.asLongBuffer().get(values);
                yield values;
            }
            case I32 -> {
                var values = new long[bytes.remaining() / Integer.BYTES];
                for (int i = 0; i < values.length; i++) {
                    values[i] = bytes.getInt(i * Integer.BYTES);
                }
                yield values;
            }
            case U8 -> {
                var values = new long[bytes.remaining()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = Byte.toUnsignedLong(bytes.get(i));
                }
                yield values;
            }
            default -> null;
        };
    }

    static double @Nullable [] doubles(StoredType type, ByteBuffer bytes) {
        if (type != StoredType.F64) {
            return null;
        }
        var values = new double[bytes.remaining() / Double.BYTES];
        bytes.asDoubleBuffer().get(values);
        return values;
    }
}
