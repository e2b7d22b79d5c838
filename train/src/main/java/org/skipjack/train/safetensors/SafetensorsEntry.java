package org.skipjack.train.safetensors;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * One tensor to be written: a name, a shape and the values in row-major order.
 *
 * <p>The values are not copied: they are read when the file is written.
 */
public abstract sealed class SafetensorsEntry {

    private final TensorInfo info;

    private SafetensorsEntry(String name, StoredType type, int[] shape, int values) {
        List<Integer> dimensions = Arrays.stream(shape).boxed().toList();
        this.info = new TensorInfo(name, type, dimensions, 0, (long) values * type.bytes());
        String where = "tensor " + SafetensorsException.quote(name) + " to be written";
        String problem = TensorInfo.nameProblem(name);
        if (problem != null) {
            throw new SafetensorsException(where, "the name " + problem, "a name of at most 512 plain bytes");
        }
        if (shape.length > TensorInfo.MAX_RANK || Arrays.stream(shape).anyMatch(dimension -> dimension < 0)) {
            throw new SafetensorsException(
                    where, "the shape is " + info.typeAndShape(), "up to 8 dimensions, none negative");
        }
        if (bytesOrOverflow() != info.byteCount()) {
            throw new SafetensorsException(
                    where, values + " values", "as many as the shape of " + info.typeAndShape() + " says");
        }
        if (info.byteCount() > TensorInfo.MAX_BYTES) {
            throw new SafetensorsException(
                    where, info.byteCount() + " bytes", "at most " + TensorInfo.MAX_BYTES + " a tensor");
        }
    }

    /**
     * Returns an F32 entry.
     *
     * @param shape dimensions, outermost first; empty for a scalar
     * @throws SafetensorsException if the name is not one the reader accepts, or shape and values do not agree
     */
    public static SafetensorsEntry ofFloats(String name, int[] shape, float[] values) {
        return new Floats(name, shape, values);
    }

    /**
     * Returns an I64 entry.
     *
     * @param shape dimensions, outermost first; empty for a scalar
     * @throws SafetensorsException if the name is not one the reader accepts, or shape and values do not agree
     */
    public static SafetensorsEntry ofLongs(String name, int[] shape, long[] values) {
        return new Longs(name, shape, values);
    }

    /**
     * Returns an F64 entry.
     *
     * @param shape dimensions, outermost first; empty for a scalar
     * @throws SafetensorsException if the name is not one the reader accepts, or shape and values do not agree
     */
    public static SafetensorsEntry ofDoubles(String name, int[] shape, double[] values) {
        return new Doubles(name, shape, values);
    }

    /**
     * Returns a U8 entry.
     *
     * @param shape dimensions, outermost first; empty for a scalar
     * @throws SafetensorsException if the name is not one the reader accepts, or shape and values do not agree
     */
    public static SafetensorsEntry ofBytes(String name, int[] shape, byte[] values) {
        return new Bytes(name, shape, values);
    }

    /** Name, type, shape and number of bytes; the offsets begin at 0. */
    final TensorInfo info() {
        return info;
    }

    /** Puts as many values as fit, beginning with that index, into a little-endian buffer; returns how many. */
    abstract int copyTo(ByteBuffer target, int from);

    private long bytesOrOverflow() {
        try {
            return TensorInfo.bytesOf(info.type(), info.shape());
        } catch (ArithmeticException overflow) {
            return Long.MAX_VALUE;
        }
    }

    private static final class Floats extends SafetensorsEntry {
        private final float[] values;

        Floats(String name, int[] shape, float[] values) {
            super(name, StoredType.F32, shape, values.length);
            this.values = values;
        }

        @Override
        int copyTo(ByteBuffer target, int from) {
            int count = Math.min(target.remaining() / Float.BYTES, values.length - from);
            target.asFloatBuffer().put(values, from, count);
            target.position(target.position() + count * Float.BYTES);
            return count;
        }
    }

    private static final class Longs extends SafetensorsEntry {
        private final long[] values;

        Longs(String name, int[] shape, long[] values) {
            super(name, StoredType.I64, shape, values.length);
            this.values = values;
        }

        @Override
        int copyTo(ByteBuffer target, int from) {
            int count = Math.min(target.remaining() / Long.BYTES, values.length - from);
            target.asLongBuffer().put(values, from, count);
            target.position(target.position() + count * Long.BYTES);
            return count;
        }
    }

    private static final class Doubles extends SafetensorsEntry {
        private final double[] values;

        Doubles(String name, int[] shape, double[] values) {
            super(name, StoredType.F64, shape, values.length);
            this.values = values;
        }

        @Override
        int copyTo(ByteBuffer target, int from) {
            int count = Math.min(target.remaining() / Double.BYTES, values.length - from);
            target.asDoubleBuffer().put(values, from, count);
            target.position(target.position() + count * Double.BYTES);
            return count;
        }
    }

    private static final class Bytes extends SafetensorsEntry {
        private final byte[] values;

        Bytes(String name, int[] shape, byte[] values) {
            super(name, StoredType.U8, shape, values.length);
            this.values = values;
        }

        @Override
        int copyTo(ByteBuffer target, int from) {
            int count = Math.min(target.remaining(), values.length - from);
            target.put(values, from, count);
            return count;
        }
    }
}
