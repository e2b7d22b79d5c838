package org.skipjack.train.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.skipjack.train.file.Disk;
import org.skipjack.train.file.DurableFile;

/** Replaces a small file so that a reader, or a crash, sees either the old contents or the new. */
final class AtomicFile {

    private AtomicFile() {}

    /**
     * Replaces {@code target} by UTF-8 text.
     *
     * @throws RunFolderException if that fails; the target is then whole
     */
    static void write(Path target, String text) {
        try {
            DurableFile.replace(Disk.machine(), target, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw RunFolderException.cannotWrite(target, e);
        }
    }
}
