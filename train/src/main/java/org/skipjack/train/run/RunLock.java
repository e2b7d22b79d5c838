package org.skipjack.train.run;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Held by the one training that may write in a run folder, across processes; the system releases it when one dies. */
final class RunLock implements AutoCloseable {

    /** Stays behind: whoever deleted it could delete the lock of the next. */
    static final String NAME = ".lock";

    private final FileChannel channel;

    private RunLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the lock.
     *
     * @throws RunFolderException if another training holds it
     * @throws IOException if the lock's file cannot be made
     */
    static RunLock take(Path folder) throws IOException {
        var channel = FileChannel.open(folder.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return new RunLock(channel);
            }
        } catch (OverlappingFileLockException withinThisProcess) {
            // Reported below, like one of another process.
        } catch (IOException unsupported) {
            // Some network file systems know no locks; the training is worth more than the guard.
            System.getLogger(RunLock.class.getName())
                    .log(System.Logger.Level.DEBUG, "cannot lock " + folder, unsupported);
            return new RunLock(channel);
        }
        channel.close();
        throw new RunFolderException(
                folder, "another process trains in this folder", "wait for it, or choose another folder", null);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            System.getLogger(RunLock.class.getName()).log(System.Logger.Level.DEBUG, "cannot unlock", e);
        }
    }
}
