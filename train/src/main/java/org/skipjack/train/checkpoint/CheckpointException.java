package org.skipjack.train.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A checkpoint cannot be written, read or gone on from; one line names the file, what was found and what to do. */
public final class CheckpointException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    CheckpointException(String message, @Nullable Throwable cause) {
        super(message.replaceAll("\\p{Cntrl}", "?"), cause);
    }

    CheckpointException(Path file, String found) {
        this(file + ": " + found, null);
    }

    /** The reason of a failed operation, in the operating system's words where it has any. */
    static String reason(IOException cause) {
        String message = cause.getMessage();
        String kind = cause.getClass().getSimpleName();
        return message == null ? kind : kind.equals("IOException") ? message : kind + " " + message;
    }
}
