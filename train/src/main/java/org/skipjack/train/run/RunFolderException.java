package org.skipjack.train.run;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A run folder or one of its files cannot be made, read or written; one line names the path, the cause and the way out. */
public final class RunFolderException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RunFolderException(Path path, String found, String advice, @Nullable Throwable cause) {
        super((path + ": " + found + "; " + advice).replaceAll("\\p{Cntrl}", "?"), cause);
    }

    static RunFolderException cannotWrite(Path path, IOException cause) {
        return new RunFolderException(
                path, "cannot be written (" + reason(cause) + ")", "choose another folder or free some space", cause);
    }

    /** The operating system's reason in words; the exceptions of java.nio carry only the path as their message. */
    static String reason(IOException cause) {
        return switch (cause) {
            case AccessDeniedException denied -> "permission denied";
            case NoSuchFileException missing -> "no such file or folder";
            case FileAlreadyExistsException exists -> "a file of that name is in the way";
            case NotDirectoryException file -> "not a folder";
            default -> {
                String message = cause.getMessage();
                yield message == null ? cause.getClass().getSimpleName() : message;
            }
        };
    }
}
