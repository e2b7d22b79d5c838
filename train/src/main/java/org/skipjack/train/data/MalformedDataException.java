package org.skipjack.train.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * A file does not hold what it should. The message is one line: the file, where, what was found, what was expected.
 *
 * <pre>{@code
 * train-labels-idx1-ubyte: at byte 0: found magic 0x00000803, expected 0x00000801 (unsigned bytes of rank 1)
 * }</pre>
 */
public final class MalformedDataException extends IOException {

    private static final long serialVersionUID = 1L;
    private static final long NOWHERE = -1;

    private final String file;
    private final long offset;
    private final String found;
    private final String expected;

    private MalformedDataException(String file, String place, long offset, String found, String expected) {
        super("%s: %sfound %s, expected %s".formatted(file, place, found, expected));
        this.file = file;
        this.offset = offset;
        this.found = found;
        this.expected = expected;
    }

    /** Something wrong at a byte of the contents (of a gzip file: of the decompressed contents). */
    static MalformedDataException at(Path file, long offset, String found, String expected) {
        return new MalformedDataException(printable(file), "at byte " + offset + ": ", offset, found, expected);
    }

    /** Something wrong at a byte of the gzip stream itself. */
    static MalformedDataException atCompressed(Path file, long offset, String found, String expected) {
        return new MalformedDataException(
                printable(file), "at compressed byte " + offset + ": ", offset, found, expected);
    }

    /** Something wrong with the file as a whole. */
    static MalformedDataException whole(Path file, String found, String expected) {
        return new MalformedDataException(printable(file), "", NOWHERE, found, expected);
    }

    /** File names may hold line breaks and escape sequences; a message is one line. */
    private static String printable(Path file) {
        return file.toString().replaceAll("\\p{Cntrl}", "?");
    }

    /** The file, as shown in the message. */
    public String file() {
        return file;
    }

    /** The byte where the contents stop making sense; empty when the file as a whole is meant. */
    public OptionalLong offset() {
        return offset == NOWHERE ? OptionalLong.empty() : OptionalLong.of(offset);
    }

    /** What was found there. */
    public String found() {
        return found;
    }

    /** What should have been there. */
    public String expected() {
        return expected;
    }
}
