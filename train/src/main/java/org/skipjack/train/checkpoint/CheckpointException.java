package org.skipjack.train.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A checkpoint cannot be written, read or gone on from; one line names the file, what was found and what to do. */
public final class CheckpointException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean otherFormat;

    CheckpointException(String message, @Nullable Throwable cause) {
        this(message, cause, false);
    }

    private CheckpointException(String message, @Nullable Throwable cause, boolean otherFormat) {
        super(message.replaceAll("\\p{Cntrl}", "?"), cause);
        this.otherFormat = otherFormat;
    }

    CheckpointException(Path file, String found) {
        this(file + ": " + found, null);
    }

    /** A whole checkpoint that another version wrote. */
    static CheckpointException ofOtherFormat(Path file, String found, String expected) {
        return new CheckpointException(
                file + ": is a checkpoint of format " + found + ", expected " + expected
                        + ": versions with another format take the examples in another order; finish the run with the version"
                        + " that began it, or begin a new one from its weights with --init",
                null,
                true);
    }

    /** Whether the file is whole, so that an older one beside it is no better. */
    boolean isOfOtherFormat() {
        return otherFormat;
    }

    /** The reason of a failed operation, in the operating system's words where it has any. */
    static String reason(IOException cause) {
        String message = cause.getMessage();
        String kind = cause.getClass().getSimpleName();
        return message == null ? kind : kind.equals("IOException") ? message : kind + " " + message;
    }
}
