package org.skipjack.train.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import org.skipjack.train.TrainingState;
import org.skipjack.train.file.Disk;
import org.skipjack.train.run.RunDescription;

/**
 * A training at one moment, complete: what is trained, on what and how, and the state it is in.
 *
 * <p>It is one safetensors file. The model's variables are called {@code model.} and their PyTorch name, those of the
 * optimiser {@code optimizer.} and theirs, the figures so far {@code training.}; model, data, options, seed and version are
 * metadata. The last 32 bytes, tensor {@code checksum}, are the SHA-256 of the file with zeros in their place.
 *
 * @param description what is trained and how
 * @param state from which it goes on
 */
public record Checkpoint(RunDescription description, TrainingState state) {

    /**
     * Reads a file and verifies its checksum.
     *
     * @throws CheckpointException if it cannot be read, is damaged, is no checkpoint, or is one of another format
     * @throws org.skipjack.train.safetensors.SafetensorsException if it is no safetensors file
     */
    public static Checkpoint read(Path file) {
        Seal.verify(file);
        return CheckpointFormat.read(file);
    }

    /** Writes the file so that a crash leaves the old one or the new one. */
    void write(Disk disk, Path file) throws IOException {
        Seal.write(disk, file, CheckpointFormat.entries(state), CheckpointFormat.metadata(this));
    }

    /** The name of the moment. */
    CheckpointName name() {
        return CheckpointName.of(state.position());
    }
}
