package org.skipjack.train.file;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/** The operations on files by which anything lasting is written. Each either does its work or throws. */
public interface Disk {

    /** The disk of this machine. */
    static Disk machine() {
        return MachineDisk.INSTANCE;
    }

    /** Makes a new, empty file and opens it for writing. */
    Output create(Path file) throws IOException;

    /** Gives a file another name in its folder, in one step; a file that had this name is gone. */
    void rename(Path from, Path to) throws IOException;

    /** Makes what was created, renamed and deleted in a folder outlast a loss of power. */
    void forceFolder(Path folder) throws IOException;

    /** Deletes a file if it is there. */
    void delete(Path file) throws IOException;

    /** An open file, written from its beginning to its end. */
    abstract class Output extends OutputStream {

        /** For subclasses. */
        protected Output() {}

        @Override
        public final void write(int single) throws IOException {
            write(new byte[] {(byte) single}, 0, 1);
        }

        @Override
        public abstract void write(byte[] bytes, int offset, int length) throws IOException;

        /** Makes what was written outlast a loss of power. */
        public abstract void force() throws IOException;
    }
}
