package org.skipjack.train.file;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Replaces a file so that a reader, a crash or a loss of power sees either the old contents or the new.
 *
 * <p>The bytes go to a new file in the same folder, which is forced to the disk and renamed over the target; then the
 * folder is forced.
 */
public final class DurableFile {

    private static final String TEMPORARY = ".tmp";

    private DurableFile() {}

    /** Writes the contents of a file; the same bytes each time. */
    @FunctionalInterface
    public interface Contents {
        /** Writes everything; does not close the stream. */
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Replaces {@code target}. An interrupt of the thread neither tears the file nor keeps it from being written, and the
     * thread is interrupted afterwards.
     *
     * @throws IOException if that fails; the target is then whole, and the old one unless only the folder could not be
     *     forced, and no temporary file is left if the disk allows its deletion
     */
    public static void replace(Disk disk, Path target, Contents contents) throws IOException {
        Path file = target.toAbsolutePath();
        Path folder = file.getParent();
        if (folder == null) {
            throw new NoSuchFileException(target.toString(), null, "a root folder is no file");
        }
        boolean interrupted = Thread.interrupted();
        // The JDK marks a thread as interrupted before it closes the file that the thread has open by then. So an
        // interrupt that was seen before this began may still close one.
        boolean late = interrupted;
        try {
            while (!tryReplace(disk, folder, file, contents, late)) {
                late &= Thread.interrupted();
                interrupted = true;
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * False if an interrupt, which closes the file it meets, came in between.
     *
     * @param late whether one may have come before
     */
    private static boolean tryReplace(Disk disk, Path folder, Path file, Contents contents, boolean late)
            throws IOException {
        Path temporary = folder.resolve("." + file.getFileName() + "." + UUID.randomUUID() + TEMPORARY);
        try {
            try (var out = disk.create(temporary)) {
                contents.writeTo(out);
                out.force();
            }
            disk.rename(temporary, file);
            disk.forceFolder(folder);
            return true;
        } catch (IOException | RuntimeException | Error e) {
            boolean now = e instanceof ClosedByInterruptException && Thread.interrupted();
            try {
                disk.delete(temporary);
            } catch (IOException secondary) {
                e.addSuppressed(secondary);
            }
            if (now) {
                Thread.currentThread().interrupt();
            } else if (!late || !(e instanceof ClosedByInterruptException)) {
                throw e;
            }
            return false;
        }
    }

    /** Deletes the temporary files that a killed process has left in a folder; does its best. */
    public static void sweep(Disk disk, Path folder) {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, ".*" + TEMPORARY)) {
            for (Path file : left) {
                disk.delete(file);
            }
        } catch (IOException e) {
            System.getLogger(DurableFile.class.getName()).log(System.Logger.Level.DEBUG, "cannot sweep " + folder, e);
        }
    }
}
