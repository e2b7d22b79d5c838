package org.skipjack.train.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.LockSupport;

/** The operating system's files. */
final class MachineDisk implements Disk {

    static final MachineDisk INSTANCE = new MachineDisk();

    // The JDK copies a heap buffer through native memory of the same size; slices keep that small.
    private static final int SLICE_BYTES = 1 << 20;

    /** Milliseconds to wait before each operation, so that a test can kill a process in the middle of a save. */
    private static final long DELAY_NANOS = 1_000_000L * Long.getLong("skipjack.disk.delay", 0);

    private MachineDisk() {}

    @Override
    public Output create(Path file) throws IOException {
        pause();
        return new ChannelOutput(FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        pause();
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void forceFolder(Path folder) throws IOException {
        pause();
        boolean interrupted = false;
        while (!tryForceFolder(folder)) {
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * False if an interrupt came in between. Windows opens no folders and some network file systems cannot force one, which
     * is no failure.
     */
    private static boolean tryForceFolder(Path folder) throws IOException {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (ClosedByInterruptException e) {
            return false;
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).contains("Input/output error")) {
                throw e;
            }
            System.getLogger(MachineDisk.class.getName())
                    .log(System.Logger.Level.DEBUG, "cannot force folder " + folder, e);
        }
        return true;
    }

    @Override
    public void delete(Path file) throws IOException {
        pause();
        Files.deleteIfExists(file);
    }

    private static void pause() {
        if (DELAY_NANOS > 0) {
            LockSupport.parkNanos(DELAY_NANOS);
        }
    }

    private static final class ChannelOutput extends Output {
        private final FileChannel channel;

        ChannelOutput(FileChannel channel) {
            this.channel = channel;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            var buffer = ByteBuffer.wrap(bytes, offset, length);
            int end = buffer.limit();
            while (buffer.position() < end) {
                pause();
                buffer.limit(Math.min(end, buffer.position() + SLICE_BYTES));
                channel.write(buffer);
            }
        }

        @Override
        public void force() throws IOException {
            pause();
            channel.force(true);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
