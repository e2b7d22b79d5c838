package org.skipjack.train.safetensors;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A safetensors file that cannot be read, written or used as asked.
 *
 * <p>The message is one line, {@code FILE: what was found; expected WHAT}. It is the only exception that this package
 * throws on bad input, whatever the bytes of the file are.
 */
public final class SafetensorsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Longest piece of a file that a message repeats, in characters. */
    private static final int MAX_QUOTED = 80;

    SafetensorsException(String where, String found, String expected) {
        super(oneLine(where + ": " + found + "; expected " + expected));
    }

    SafetensorsException(Path file, String found, String expected) {
        this(file.toString(), found, expected);
    }

    SafetensorsException(Path file, IOException cause, String expected) {
        super(oneLine(file + ": " + describe(cause) + "; expected " + expected), cause);
    }

    /** Returns the text between single quotes, shortened so that a hostile file cannot fill a log. */
    static String quote(String text) {
        return text.length() <= MAX_QUOTED ? "'" + text + "'" : "'" + text.substring(0, MAX_QUOTED) + "...'";
    }

    private static String describe(IOException cause) {
        return switch (cause) {
            case NoSuchFileException missing -> "no such file or folder (" + missing.getMessage() + ")";
            case AccessDeniedException denied -> "permission denied (" + denied.getMessage() + ")";
            default -> cause.getClass().getSimpleName() + " (" + cause.getMessage() + ")";
        };
    }

    // Line and control characters come from file names and from the file itself: they must not forge log lines.
    private static String oneLine(String text) {
        return text.replaceAll("[\\p{Cntrl}\\x{85}\\x{2028}\\x{2029}]", "?");
    }
}
