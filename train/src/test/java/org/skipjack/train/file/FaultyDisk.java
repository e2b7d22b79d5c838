package org.skipjack.train.file;

import java.io.IOException;
import java.nio.file.Path;

/** The machine's disk, on which one operation fails, and perhaps all after it. */
public final class FaultyDisk implements Disk {

    /** How the operation fails. */
    public enum Fault {
        /** As on a full disk, with nothing written. */
        NO_SPACE("No space left on device"),
        /** As on a full disk, with half of it written. */
        SHORT_WRITE("No space left on device"),
        /** As on broken hardware. */
        IO_ERROR("Input/output error"),
        /** The process ends: nothing after it happens either. */
        CRASH("the process is gone");

        private final String message;

        Fault(String message) {
            this.message = message;
        }
    }

    private final int failing;
    private final Fault fault;
    private int operation;

    /**
     * A disk that fails once.
     *
     * @param failing the operation that fails, counted from 0
     */
    public FaultyDisk(int failing, Fault fault) {
        this.failing = failing;
        this.fault = fault;
    }

    /** Whether the operation that was to fail has been asked for. */
    public boolean failed() {
        return operation > failing;
    }

    private boolean fails() {
        int number = operation++;
        return fault == Fault.CRASH ? number >= failing : number == failing;
    }

    private void next() throws IOException {
        if (fails()) {
            throw new IOException(fault.message);
        }
    }

    @Override
    public Output create(Path file) throws IOException {
        next();
        Output real = Disk.machine().create(file);
        return new Output() {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                if (fails()) {
                    if (fault == Fault.SHORT_WRITE || fault == Fault.CRASH) {
                        real.write(bytes, offset, length / 2);
                    }
                    throw new IOException(fault.message);
                }
                real.write(bytes, offset, length);
            }

            @Override
            public void force() throws IOException {
                next();
                real.force();
            }

            @Override
            public void close() throws IOException {
                real.close();
            }
        };
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        next();
        Disk.machine().rename(from, to);
    }

    @Override
    public void forceFolder(Path folder) throws IOException {
        next();
        Disk.machine().forceFolder(folder);
    }

    @Override
    public void delete(Path file) throws IOException {
        next();
        Disk.machine().delete(file);
    }
}
