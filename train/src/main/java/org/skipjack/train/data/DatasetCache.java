package org.skipjack.train.data;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The folder of one data set in the user's cache. A file appears in it whole and verified or not at all: it is written
 * under a name ending in {@code .part} and renamed. Whoever writes holds a lock, across threads and processes; so
 * {@code .part} files that are found while holding it are left over from a killed run, and are deleted.
 *
 * @param folder the folder, which need not exist yet
 */
record DatasetCache(Path folder) {

    private static final String PART = ".part";
    private static final String LOCK = ".lock";

    /** A file lock belongs to the process; between threads this one decides. */
    private static final Map<Path, ReentrantLock> THREAD_LOCKS = new ConcurrentHashMap<>();

    /** Work done while holding the lock. */
    interface Work<T> {
        T run() throws IOException;
    }

    Path file(PublishedFile file) {
        return folder.resolve(file.gzipName());
    }

    /** Runs {@code work} while nobody else writes here, creating the folder if need be. */
    <T> T exclusively(Work<T> work) throws IOException {
        Files.createDirectories(folder);
        var threadLock = threadLock();
        threadLock.lock();
        try (var channel = openLock();
                var lock = channel.lock()) {
            if (!lock.isValid()) {
                throw new IOException("cannot lock " + folder);
            }
            deleteParts();
            return work.run();
        } finally {
            threadLock.unlock();
        }
    }

    /** Deletes what a killed run has left, unless somebody is writing right now. Does its best, silently. */
    void sweep() {
        var threadLock = threadLock();
        if (!Files.isDirectory(folder) || !threadLock.tryLock()) {
            return;
        }
        try (var channel = openLock();
                var lock = channel.tryLock()) {
            if (lock != null) {
                deleteParts();
            }
        } catch (IOException e) {
            System.getLogger(DatasetCache.class.getName()).log(System.Logger.Level.DEBUG, "cannot sweep " + folder, e);
        } finally {
            threadLock.unlock();
        }
    }

    /** A new empty file to write to; the caller renames it by {@link #publish} or deletes it. */
    Path newPart(String name) throws IOException {
        Path part = Files.createTempFile(folder, name + ".", PART);
        part.toFile().deleteOnExit(); // an interrupt from the keyboard skips every finally
        return part;
    }

    /** A new folder to work in; the caller deletes it by {@link #delete}. */
    Path newPartFolder(String name) throws IOException {
        return Files.createTempDirectory(folder, name + PART);
    }

    /** Gives a finished, verified part its name, in one step, once its bytes are on the disk. */
    void publish(Path part, PublishedFile file) throws IOException {
        try (var channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        try {
            Files.move(part, file(file), StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(part, file(file), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Deletes a file, or a folder with all that is in it; links are deleted, not followed. */
    static void delete(Path path) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            try (DirectoryStream<Path> children = Files.newDirectoryStream(path)) {
                for (Path child : children) {
                    delete(child);
                }
            }
        }
        Files.deleteIfExists(path);
    }

    private FileChannel openLock() throws IOException {
        return FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    private ReentrantLock threadLock() {
        return THREAD_LOCKS.computeIfAbsent(folder.toAbsolutePath().normalize(), path -> new ReentrantLock());
    }

    private void deleteParts() throws IOException {
        try (DirectoryStream<Path> parts = Files.newDirectoryStream(folder, "*" + PART + "*")) {
            for (Path part : parts) {
                delete(part);
            }
        }
    }
}
