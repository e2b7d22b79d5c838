package org.skipjack.train.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;

/** Builds IDX files, right and wrong, for the tests. */
final class IdxBytes {

    static final int IMAGES_MAGIC = 0x0803;
    static final int LABELS_MAGIC = 0x0801;

    private IdxBytes() {}

    /** A file of this magic number, these dimensions and these elements, which need not fit together. */
    static byte[] file(int magic, int[] dimensions, byte[] elements) {
        var buffer = ByteBuffer.allocate(4 + 4 * dimensions.length + elements.length);
        buffer.putInt(magic);
        for (int dimension : dimensions) {
            buffer.putInt(dimension);
        }
        return buffer.put(elements).array();
    }

    /** {@code count} images whose bytes are the low bytes of {@code seed, seed + 31, ..}. */
    static byte[] images(int count, int height, int width, int seed) {
        var pixels = new byte[count * height * width];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (seed + 31 * i);
        }
        return file(IMAGES_MAGIC, new int[] {count, height, width}, pixels);
    }

    static byte[] labels(int... labels) {
        var bytes = new byte[labels.length];
        for (int i = 0; i < labels.length; i++) {
            bytes[i] = (byte) labels[i];
        }
        return file(LABELS_MAGIC, new int[] {labels.length}, bytes);
    }

    static byte[] gzip(byte[] contents) {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(contents);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static byte[] join(byte[]... parts) {
        var bytes = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            bytes.writeBytes(part);
        }
        return bytes.toByteArray();
    }

    static String sha256(byte[] contents) {
        return HexFormat.of().formatHex(Digests.sha256().digest(contents));
    }
}
