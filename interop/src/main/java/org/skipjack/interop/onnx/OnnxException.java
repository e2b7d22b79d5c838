package org.skipjack.interop.onnx;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/**
 * A model that cannot be exported, or a file that cannot be read, written or used as a model.
 *
 * <p>The message is one line, {@code WHERE: what was found; what was expected}. Whatever the bytes of a file are, reading it
 * throws no other exception.
 */
public final class OnnxException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Longest piece of a file that a message repeats, in characters. */
    private static final int MAX_QUOTED = 80;

    OnnxException(String where, String found, String expected) {
        this(where, found, expected, null);
    }

    OnnxException(String where, String found, String expected, @Nullable Throwable cause) {
        super(oneLine(where + ": " + found + "; " + expected), cause);
    }

    /** A file that holds something that is wrong or not supported, as the message of the cause says. */
    OnnxException(String where, RuntimeException cause) {
        super(oneLine(where + ": " + cause.getMessage()), cause);
    }

    static OnnxException unwritable(String file, IOException cause) {
        return new OnnxException(
                file, "cannot be written (" + reason(cause) + ")", "choose another place or free some space", cause);
    }

    static OnnxException unreadable(String file, IOException cause) {
        return new OnnxException(file, "cannot be read (" + reason(cause) + ")", "expected an ONNX model", cause);
    }

    private static String reason(IOException cause) {
        return switch (cause) {
            case NoSuchFileException missing -> "no such file or folder";
            case AccessDeniedException denied -> "permission denied";
            default -> cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        };
    }

    /** A piece of a file between quotes, shortened so that a hostile one cannot fill a log. */
    static String quote(String text) {
        return text.length() <= MAX_QUOTED ? "\"" + text + "\"" : "\"" + text.substring(0, MAX_QUOTED) + "...\"";
    }

    /** Line and control characters come from the file itself and must not forge lines of a log. */
    static String oneLine(String text) {
        return text.replaceAll("[\\p{Cntrl}\\x{85}\\x{2028}\\x{2029}]", "?");
    }
}
