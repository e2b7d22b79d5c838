package org.skipjack.train.safetensors;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The contents of one safetensors file: named arrays and free text, immutable.
 *
 * <p>The format is 8 bytes with the header's length N (little-endian), N bytes of JSON and the data, as defined by
 * <a href="https://huggingface.co/docs/safetensors">Hugging Face's reference</a>. This reader is stricter than the
 * reference: it takes headers up to 16 MiB (the reference: 100 MB), 100,000 tensors, 10,000 metadata entries, 8 dimensions
 * and names of 512 bytes, refuses repeated keys and unknown fields, and requires the tensors to tile the data exactly.
 * Memory for the data is allocated only after the header was found to agree with the size of the file, and never more than
 * that size; a header takes a small multiple of its length.
 *
 * <pre>{@code
 * SafetensorsFile.write(
 *         file,
 *         List.of(SafetensorsEntry.ofFloats("0.weight", new int[] {2, 3}, weights)),
 *         Map.of("format", "pt"));
 * SafetensorsFile back = SafetensorsFile.read(file);
 * float[] weight = back.floats("0.weight");
 * }</pre>
 */
public final class SafetensorsFile {

    private static final int LENGTH_BYTES = 8;

    // The JDK copies a heap buffer through native memory of the same size; slices keep that small.
    private static final int SLICE_BYTES = 1 << 20;

    private final Path source;
    private final Header header;
    private final Map<String, byte[]> data;

    private SafetensorsFile(Path source, Header header, Map<String, byte[]> data) {
        this.source = source;
        this.header = header;
        this.data = data;
    }

    /**
     * Reads and checks a whole file.
     *
     * @param file a regular file
     * @throws SafetensorsException if the file cannot be read, is malformed or exceeds a limit above
     */
    public static SafetensorsFile read(Path file) {
        // Opening a pipe would wait for a writer, so the kind of file is looked at first.
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new SafetensorsException(file, "this is a folder or a device", "a regular safetensors file");
        }
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return read(file, channel, channel.size());
        } catch (IOException e) {
            throw new SafetensorsException(file, e, "a readable safetensors file");
        }
    }

    /** Reads a file of that many bytes from the channel; the path only names it in messages. */
    static SafetensorsFile read(Path source, ReadableByteChannel channel, long length) throws IOException {
        if (length < LENGTH_BYTES) {
            throw new SafetensorsException(
                    source,
                    "the file has " + length + " bytes",
                    "at least " + LENGTH_BYTES + " for the header's length");
        }
        long headerBytes = wrap(readBytes(channel, LENGTH_BYTES)).getLong();
        if (headerBytes < 0 || headerBytes > Header.MAX_BYTES) {
            throw new SafetensorsException(
                    source,
                    "the header's length is " + Long.toUnsignedString(headerBytes) + " bytes",
                    "at most " + Header.MAX_BYTES + " (is this a safetensors file?)");
        }
        long behindLength = length - LENGTH_BYTES;
        if (headerBytes > behindLength) {
            throw new SafetensorsException(
                    source,
                    "the header's length is " + headerBytes + " bytes, but only " + behindLength + " follow",
                    "a whole header (truncated?)");
        }
        byte[] headerText = readBytes(channel, (int) headerBytes);
        if (headerText.length == 0 || headerText[0] != '{') {
            throw new SafetensorsException(
                    source, "the header does not begin with '{'", "JSON at byte " + LENGTH_BYTES);
        }
        Header header = Header.parse(source, decode(source, headerText), behindLength - headerBytes);
        return new SafetensorsFile(source, header, readData(channel, header));
    }

    /**
     * Writes a file so that a reader sees either the old contents or the new, whatever happens meanwhile.
     *
     * <p>The bytes go to a temporary file in the same folder, which is forced to the disk, renamed over the target, and
     * the folder is forced as well where the system allows that. The same entries and metadata give the same bytes:
     * tensors are laid out by falling element size and then by name, as the reference writer does, metadata by key. The
     * header is padded with spaces so that the data begin at a multiple of 8 bytes.
     *
     * @param entries tensors with distinct names
     * @param metadata free text, may be empty
     * @throws SafetensorsException if a name, the header or the number of entries exceeds the reader's limits, or if the
     *     file cannot be written; the target is then untouched and no temporary file is left
     */
    public static void write(Path file, List<SafetensorsEntry> entries, Map<String, String> metadata) {
        SafetensorsWriter.write(file, entries, metadata);
    }

    /**
     * Writes the same bytes as {@link #write(Path, List, Map)} to a stream.
     *
     * @param name names the file in messages
     * @throws SafetensorsException if a name, the header or the number of entries exceeds the reader's limits
     * @throws IOException if the stream fails
     */
    public static void write(OutputStream out, Path name, List<SafetensorsEntry> entries, Map<String, String> metadata)
            throws IOException {
        SafetensorsWriter.write(out, name, entries, metadata);
    }

    /** Returns the names of the tensors in the order of the header. */
    public List<String> names() {
        return List.copyOf(header.tensors().keySet());
    }

    /** Tells whether the file holds a tensor of that name. */
    public boolean contains(String name) {
        return header.tensors().containsKey(name);
    }

    /**
     * Returns the element type of a tensor.
     *
     * @throws SafetensorsException if there is no such tensor
     */
    public StoredType dtype(String name) {
        return info(name).type();
    }

    /**
     * Returns the dimensions of a tensor, outermost first; none for a scalar.
     *
     * @throws SafetensorsException if there is no such tensor
     */
    public int[] shape(String name) {
        return info(name).shape().stream().mapToInt(Integer::intValue).toArray();
    }

    /** Returns the file's free text, in the order of the header; empty if it has none. */
    public Map<String, String> metadata() {
        return header.metadata();
    }

    /**
     * Returns the elements of an F32, F16, BF16, F64 or I64 tensor in row-major order.
     *
     * <p>F16 and BF16 are exact. F64 and I64 are rounded once, to the nearest float and to the even one of two that are
     * equally near; an F64 beyond the largest float becomes infinite. The format allows NaN and infinity, and so does this
     * method.
     *
     * @throws SafetensorsException if there is no such tensor or it has another type
     */
    public float[] floats(String name) {
        TensorInfo info = info(name);
        float @Nullable [] values = Elements.floats(info.type(), bytes(info));
        if (values == null) {
            throw wrongType(info, "F32, F16, BF16, F64 or I64 to read floats");
        }
        return values;
    }

    /**
     * Returns the elements of an I64, I32 or U8 tensor in row-major order, U8 from 0 to 255.
     *
     * @throws SafetensorsException if there is no such tensor or it has another type
     */
    public long[] longs(String name) {
        TensorInfo info = info(name);
        long @Nullable [] values = Elements.longs(info.type(), bytes(info));
        if (values == null) {
            throw wrongType(info, "I64, I32 or U8 to read whole numbers");
        }
        return values;
    }

    /**
     * Returns the elements of an F64 tensor in row-major order.
     *
     * @throws SafetensorsException if there is no such tensor or it has another type
     */
    public double[] doubles(String name) {
        TensorInfo info = info(name);
        double @Nullable [] values = Elements.doubles(info.type(), bytes(info));
        if (values == null) {
            throw wrongType(info, "F64 to read doubles");
        }
        return values;
    }

    private TensorInfo info(String name) {
        TensorInfo info = header.tensors().get(name);
        if (info == null) {
            throw new SafetensorsException(
                    source,
                    "there is no tensor " + SafetensorsException.quote(name),
                    "one of the file's " + header.tensors().size() + " names");
        }
        return info;
    }

    private ByteBuffer bytes(TensorInfo info) {
        return wrap(data.getOrDefault(info.name(), new byte[0]));
    }

    private SafetensorsException wrongType(TensorInfo info, String expected) {
        return new SafetensorsException(
                source, "tensor " + SafetensorsException.quote(info.name()) + " is " + info.typeAndShape(), expected);
    }

    private static Map<String, byte[]> readData(ReadableByteChannel channel, Header header) throws IOException {
        var data = new LinkedHashMap<String, byte[]>();
        // Tiled tensors in the order of their offsets are exactly the rest of the file.
        for (TensorInfo tensor : header.inDataOrder()) {
            data.put(tensor.name(), readBytes(channel, (int) tensor.byteCount()));
        }
        return data;
    }

    private static byte[] readBytes(ReadableByteChannel channel, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        while (bytes.position() < count) {
            bytes.limit(Math.min(count, bytes.position() + SLICE_BYTES));
            if (channel.read(bytes) < 0) {
                throw new EOFException("the file became shorter while it was read");
            }
        }
        return bytes.array();
    }

    private static String decode(Path source, byte[] text) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(text))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new SafetensorsException(source, "the header is no valid UTF-8", "JSON in UTF-8");
        }
    }

    private static ByteBuffer wrap(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
