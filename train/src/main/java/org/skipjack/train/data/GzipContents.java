package org.skipjack.train.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The decompressed contents of a gzip file (RFC 1952), read strictly: whatever follows the last member is an error, as
 * are reserved flags, a wrong header or data checksum and a wrong length. ({@code java.util.zip.GZIPInputStream}
 * takes garbage after the trailer for the end of the file.) Several members in a row are one file, as the RFC says.
 *
 * <p>Memory is one fixed buffer, whatever the file claims.
 */
final class GzipContents extends InputStream {

    /** Deflate cannot expand a byte to more than this (258 bytes from two bits and a bit of Huffman code). */
    static final long MAX_EXPANSION = 1032;

    private static final int HEADER_CRC = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int RESERVED = 0xE0;
    private static final int DEFLATE = 8;
    private static final String ANOTHER_MEMBER_OR_END = "the end of the file or another gzip member";

    private final Path file;
    private final InputStream in;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 dataCrc = new CRC32();
    private final CRC32 headerCrc = new CRC32();
    private final byte[] buffer = new byte[1 << 16];
    private int position;
    private int limit;
    private long beforeBuffer;
    private boolean insideMember;
    private boolean firstMember = true;

    /** Reads {@code in}, which this stream owns; {@code file} is for messages. */
    GzipContents(Path file, InputStream in) {
        this.file = file;
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (true) {
            if (!insideMember && !openMember()) {
                return -1;
            }
            int count = inflate(target, offset, length);
            if (count > 0) {
                dataCrc.update(target, offset, count);
                return count;
            }
            if (inflater.finished()) {
                checkTrailer();
                insideMember = false;
            }
        }
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        in.close();
    }

    private long compressedOffset() {
        return beforeBuffer + position;
    }

    private int inflate(byte[] target, int offset, int length) throws IOException {
        if (inflater.needsInput() && !inflater.finished()) {
            if (position == limit && !fill()) {
                throw cutOff("the end of the deflate stream");
            }
            inflater.setInput(buffer, position, limit - position);
        }
        try {
            int count = inflater.inflate(target, offset, length);
            position = limit - inflater.getRemaining();
            if (count == 0 && inflater.needsDictionary()) {
                throw broken("a preset dictionary");
            }
            return count;
        } catch (DataFormatException e) {
            position = limit - inflater.getRemaining();
            var malformed = broken("broken deflate data (" + e.getMessage() + ")");
            malformed.initCause(e);
            throw malformed;
        }
    }

    private boolean openMember() throws IOException {
        if (position == limit && !fill()) {
            if (firstMember) {
                throw cutOff("a gzip header");
            }
            return false;
        }
        long start = compressedOffset();
        headerCrc.reset();
        int first = headerByte();
        int second = position == limit && !fill() ? -1 : headerByte();
        if (first != 0x1F || second != 0x8B) {
            String found = second < 0 ? "byte %02x".formatted(first) : "bytes %02x %02x".formatted(first, second);
            throw MalformedDataException.atCompressed(
                    file, start, found, firstMember ? "gzip magic 1f 8b" : ANOTHER_MEMBER_OR_END);
        }
        int method = headerByte();
        if (method != DEFLATE) {
            throw MalformedDataException.atCompressed(file, start + 2, "compression method " + method, "8 (deflate)");
        }
        int flags = headerByte();
        if ((flags & RESERVED) != 0) {
            throw MalformedDataException.atCompressed(
                    file, start + 3, "flags 0x%02x".formatted(flags), "the three reserved bits to be zero");
        }
        skipHeader(6); // modification time, extra flags, operating system: of no use here
        if ((flags & EXTRA) != 0) {
            skipHeader(headerByte() | (headerByte() << 8));
        }
        if ((flags & NAME) != 0) {
            skipHeaderText();
        }
        if ((flags & COMMENT) != 0) {
            skipHeaderText();
        }
        if ((flags & HEADER_CRC) != 0) {
            int actual = (int) headerCrc.getValue() & 0xFFFF;
            long at = compressedOffset();
            int stored = headerByte() | (headerByte() << 8);
            if (stored != actual) {
                throw MalformedDataException.atCompressed(
                        file, at, "header checksum %04x".formatted(stored), "%04x".formatted(actual));
            }
        }
        inflater.reset();
        dataCrc.reset();
        insideMember = true;
        firstMember = false;
        return true;
    }

    private void checkTrailer() throws IOException {
        long at = compressedOffset();
        long storedCrc = littleEndianInt();
        if (storedCrc != dataCrc.getValue()) {
            throw MalformedDataException.atCompressed(
                    file,
                    at,
                    "CRC-32 %08x".formatted(storedCrc),
                    "%08x, that of the data".formatted(dataCrc.getValue()));
        }
        long storedLength = littleEndianInt();
        long length = inflater.getBytesWritten() & 0xFFFF_FFFFL;
        if (storedLength != length) {
            throw MalformedDataException.atCompressed(
                    file, at + 4, "length " + storedLength, length + ", that of the data");
        }
    }

    private long littleEndianInt() throws IOException {
        long value = 0;
        for (int i = 0; i < 4; i++) {
            value |= (long) headerByte() << (8 * i);
        }
        return value;
    }

    private int headerByte() throws IOException {
        if (position == limit && !fill()) {
            throw cutOff("more of the gzip header or trailer");
        }
        int value = buffer[position++] & 0xFF;
        headerCrc.update(value);
        return value;
    }

    private void skipHeader(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            headerByte();
        }
    }

    private void skipHeaderText() throws IOException {
        while (headerByte() != 0) {
            // a zero byte ends the text
        }
    }

    private boolean fill() throws IOException {
        beforeBuffer += limit;
        position = 0;
        limit = Math.max(0, in.read(buffer));
        return limit > 0;
    }

    private MalformedDataException cutOff(String expected) {
        return MalformedDataException.atCompressed(file, compressedOffset(), "the end of the file", expected);
    }

    private MalformedDataException broken(String found) {
        return MalformedDataException.atCompressed(file, compressedOffset(), found, "deflate data");
    }
}
