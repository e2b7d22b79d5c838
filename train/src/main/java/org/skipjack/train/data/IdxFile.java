package org.skipjack.train.data;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * A file in the IDX format of the MNIST family, read whole and strictly.
 *
 * <p>Layout: two zero bytes, the element type, the rank, one big-endian 32-bit length for each dimension, then the
 * elements, big-endian and row-major. A gzip file is recognised by its first two bytes, whatever its name. Exactly the
 * promised bytes are read and then the end is required, so a file that expands without end costs nothing. Format: Y.
 * LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits".
 *
 * @param elementType the element type
 * @param dimensions the length of each dimension, outermost first
 * @param data the elements as they stand in the file
 * @param sha256 the SHA-256 of the decompressed file, header included, in hexadecimal
 */
@SuppressWarnings("ArrayRecordComponent") // megabytes of data, never compared
public record IdxFile(ElementType elementType, int[] dimensions, byte[] data, String sha256) {

    /** No dimension of a data set that fits in memory is longer. */
    private static final int MAX_DIMENSION = 1 << 24;

    private static final int CHUNK = 1 << 18;

    /**
     * Reads a file, plain or gzip.
     *
     * @param file a regular file
     * @param expected what the file must be
     * @throws MalformedDataException if it is anything else: the message names file, offset, found and expected
     * @throws NoSuchFileException if there is no such file
     * @throws IOException if reading fails
     */
    public static IdxFile read(Path file, IdxSpec expected) throws IOException {
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        if (!Files.isRegularFile(file)) {
            throw MalformedDataException.whole(file, "no regular file", "a file of " + expected);
        }
        try (var in = Files.newInputStream(file)) {
            return read(file, in, Files.size(file), expected);
        }
    }

    /** As {@link #read(Path, IdxSpec)} for {@code length} bytes that come from {@code in}; {@code file} is for messages. */
    static IdxFile read(Path file, InputStream in, long length, IdxSpec expected) throws IOException {
        // No buffer for what is read in large pieces anyway; telling gzip takes two bytes.
        var start = new BufferedInputStream(in, 64);
        start.mark(2);
        boolean gzip = start.read() == 0x1F && start.read() == 0x8B;
        start.reset();
        try (var contents = gzip ? new GzipContents(file, start) : start) {
            return new Reader(file, length, contents, expected).read();
        }
    }

    /** The state of one reading: how far it is, and the digest so far. */
    private static final class Reader {
        private final Path file;
        private final long length;
        private final InputStream contents;
        private final IdxSpec expected;
        private final MessageDigest digest = Digests.sha256();
        private long offset;

        Reader(Path file, long length, InputStream contents, IdxSpec expected) {
            this.file = file;
            this.length = length;
            this.contents = contents;
            this.expected = expected;
        }

        IdxFile read() throws IOException {
            checkMagic(header(0));
            var dimensions = new int[expected.rank()];
            for (int i = 0; i < dimensions.length; i++) {
                dimensions[i] = checkedDimension(i, header(4 + 4 * i));
            }
            var data = allocate(checkedBytes(dimensions));
            readFully(data);
            if (contents.read() >= 0) {
                throw MalformedDataException.at(file, offset, "more data", "the end of the file");
            }
            return new IdxFile(
                    expected.elementType(), dimensions, data, HexFormat.of().formatHex(digest.digest()));
        }

        private void checkMagic(int magic) throws MalformedDataException {
            if (magic == expected.magic()) {
                return;
            }
            String found = "magic 0x%08x".formatted(magic);
            if (magic >>> 16 == 0x1F8B) {
                found += " (gzip inside gzip)";
            } else if (magic >>> 16 == 0 && ElementType.ofCode(magic >>> 8).isPresent()) {
                found += " (%s of rank %d)"
                        .formatted(ElementType.ofCode(magic >>> 8).get().plural(), magic & 0xFF);
            }
            throw MalformedDataException.at(file, 0, found, "0x%08x (%s)".formatted(expected.magic(), expected));
        }

        private int checkedDimension(int index, int value) throws MalformedDataException {
            var exact = expected.dimensions();
            String found = "dimension %d of %d".formatted(index, Integer.toUnsignedLong(value));
            if (!exact.isEmpty() && value != exact.get(index)) {
                throw MalformedDataException.at(
                        file, 4L + 4L * index, found, exact.get(index).toString());
            }
            if (value < 1 || value > MAX_DIMENSION) {
                throw MalformedDataException.at(file, 4L + 4L * index, found, "1 to " + MAX_DIMENSION);
            }
            return value;
        }

        private int checkedBytes(int[] dimensions) throws MalformedDataException {
            long most = Math.min(expected.maxBytes(), Integer.MAX_VALUE - 8L);
            long bytes = expected.elementType().bytes();
            for (int dimension : dimensions) {
                bytes *= dimension; // at most 2^31 * 2^24 before the check: no overflow
                if (bytes > most) {
                    throw MalformedDataException.at(
                            file, 4, "dimensions that need over " + most + " bytes", "at most " + most + " bytes");
                }
            }
            checkPossible(bytes);
            return (int) bytes;
        }

        /** Refuses sizes that the file cannot hold before memory is set aside for them. */
        private void checkPossible(long bytes) throws MalformedDataException {
            if (contents instanceof GzipContents) {
                if (bytes > length * GzipContents.MAX_EXPANSION) {
                    throw MalformedDataException.at(
                            file,
                            4,
                            "dimensions that need " + bytes + " bytes",
                            "at most " + length * GzipContents.MAX_EXPANSION + ", all that " + length
                                    + " bytes of gzip can hold");
                }
            } else if (length - offset < bytes) {
                throw endAt(length, offset + bytes);
            }
        }

        private byte[] allocate(int bytes) {
            try {
                return new byte[bytes];
            } catch (OutOfMemoryError e) {
                var clearer = new OutOfMemoryError("%s needs %d MiB, the heap may grow to %d MiB: raise -Xmx"
                        .formatted(file, bytes >> 20, Runtime.getRuntime().maxMemory() >> 20));
                clearer.initCause(e);
                throw clearer;
            }
        }

        /** Reads the big-endian int at {@code at}, which is where the reading stands. */
        private int header(int at) throws IOException {
            var four = new byte[4];
            int count = contents.readNBytes(four, 0, 4);
            if (count < 4) {
                throw MalformedDataException.at(
                        file, at + count, "the end of the file", "a header of " + (4 + 4 * expected.rank()) + " bytes");
            }
            digest.update(four);
            offset += 4;
            return ByteBuffer.wrap(four).getInt();
        }

        private void readFully(byte[] data) throws IOException {
            long end = offset + data.length;
            for (int done = 0; done < data.length; ) {
                int count = contents.readNBytes(data, done, Math.min(CHUNK, data.length - done));
                if (count == 0) {
                    throw endAt(offset, end);
                }
                digest.update(data, done, count);
                done += count;
                offset += count;
            }
        }

        private MalformedDataException endAt(long at, long end) {
            return MalformedDataException.at(file, at, "the end of the file", end + " bytes");
        }
    }
}
