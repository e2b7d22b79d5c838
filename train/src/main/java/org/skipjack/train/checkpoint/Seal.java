package org.skipjack.train.checkpoint;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.skipjack.train.file.Disk;
import org.skipjack.train.file.DurableFile;
import org.skipjack.train.safetensors.SafetensorsEntry;
import org.skipjack.train.safetensors.SafetensorsFile;

/**
 * The checksum of a checkpoint: a tensor of 32 bytes at the very end of the file, the SHA-256 of the whole file with zeros
 * in their place. Safetensors lays out tensors by falling size of their elements, so the only one of bytes is the last.
 */
final class Seal {

    static final String NAME = "checksum";

    private static final int BYTES = 32;
    private static final int SLICE_BYTES = 1 << 16;

    private Seal() {}

    static void write(Disk disk, Path file, List<SafetensorsEntry> entries, Map<String, String> metadata)
            throws IOException {
        var seal = new byte[BYTES];
        var sealed = new ArrayList<>(entries);
        sealed.add(SafetensorsEntry.ofBytes(NAME, new int[] {BYTES}, seal));
        // Once for the digest, while the seal is zeros, and once for the disk.
        var digest = sha256();
        SafetensorsFile.write(new DigestOutputStream(OutputStream.nullOutputStream(), digest), file, sealed, metadata);
        System.arraycopy(digest.digest(), 0, seal, 0, BYTES);
        DurableFile.replace(disk, file, out -> SafetensorsFile.write(out, file, sealed, metadata));
    }

    /**
     * Reads the file once, in slices.
     *
     * @throws CheckpointException if it cannot be read, or its contents are not those that were written
     */
    static void verify(Path file) {
        // Not a channel, which an interrupt of the thread would close.
        try (var in = new FileInputStream(file.toFile())) {
            long body = Files.size(file) - BYTES;
            if (body < 0) {
                throw new CheckpointException(
                        file, "has only " + (body + BYTES) + " bytes, it was not written to its end");
            }
            var digest = sha256();
            var slice = new byte[SLICE_BYTES];
            while (body > 0) {
                int count = in.read(slice, 0, (int) Math.min(body, slice.length));
                if (count < 0) {
                    throw new CheckpointException(file, "became shorter while it was read");
                }
                digest.update(slice, 0, count);
                body -= count;
            }
            digest.update(new byte[BYTES]);
            if (!Arrays.equals(digest.digest(), in.readNBytes(BYTES))) {
                throw new CheckpointException(file, "is damaged: its contents do not have the checksum at its end");
            }
        } catch (IOException e) {
            throw new CheckpointException(file + ": cannot be read (" + CheckpointException.reason(e) + ")", e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java platform lacks SHA-256", e);
        }
    }
}
