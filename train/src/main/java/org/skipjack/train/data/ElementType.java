package org.skipjack.train.data;

import java.util.Optional;

/** The element types of the IDX format, with the code that stands in the third byte of a file. */
public enum ElementType {
    /** 8 bits, 0 to 255. */
    UNSIGNED_BYTE(0x08, 1, "unsigned bytes"),
    /** 8 bits, two's complement. */
    SIGNED_BYTE(0x09, 1, "signed bytes"),
    /** 16 bits, big-endian. */
    SHORT(0x0B, 2, "shorts"),
    /** 32 bits, big-endian. */
    INT(0x0C, 4, "ints"),
    /** IEEE 754 binary32, big-endian. */
    FLOAT(0x0D, 4, "floats"),
    /** IEEE 754 binary64, big-endian. */
    DOUBLE(0x0E, 8, "doubles");

    private final int code;
    private final int bytes;
    private final String plural;

    ElementType(int code, int bytes, String plural) {
        this.code = code;
        this.bytes = bytes;
        this.plural = plural;
    }

    static Optional<ElementType> ofCode(int code) {
        for (var type : values()) {
            if (type.code == code) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /** The code in the file's magic number. */
    public int code() {
        return code;
    }

    /** The size of one element in bytes. */
    public int bytes() {
        return bytes;
    }

    String plural() {
        return plural;
    }
}
