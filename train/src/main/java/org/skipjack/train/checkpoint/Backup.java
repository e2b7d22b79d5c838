package org.skipjack.train.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.skipjack.train.EpochResult;
import org.skipjack.train.file.Disk;
import org.skipjack.train.run.RunFolder;

/**
 * A second place for checkpoints: {@code PLACE/RUN/checkpoints}, which can be resumed like the run itself.
 *
 * <p>It never fails a training. What cannot be copied, because the place is full or gone, is one warning; the next
 * checkpoint is tried again.
 */
public final class Backup {

    private static final int MAX_NAMES = 1000;

    private final Disk disk;
    private final Path place;
    private final String run;
    private final String id;
    private final Consumer<String> warnings;
    private @Nullable CheckpointFolder folder;
    private boolean failing;

    /**
     * A backup of one run.
     *
     * @param place an existing folder, which is never made: a disk that is not mounted must not be mistaken for it
     * @param run name of the run; if the backup of another one has it, a number is added
     * @param id what tells the run from others of that name, {@link org.skipjack.train.run.RunDescription#id}
     * @param warnings is given a line when a copy fails and the one before did not
     */
    public Backup(Path place, String run, String id, Consumer<String> warnings) {
        this(Disk.machine(), place, run, id, warnings);
    }

    Backup(Disk disk, Path place, String run, String id, Consumer<String> warnings) {
        this.disk = disk;
        this.place = place;
        this.run = run;
        this.id = id;
        this.warnings = warnings;
    }

    void take(Path verified, CheckpointName name, int keep, List<EpochResult> epochs) {
        try {
            if (!Files.isDirectory(place)) {
                throw new NotDirectoryException("it is not there");
            }
            CheckpointFolder own = folder == null ? choose() : folder;
            folder = own;
            own.take(verified);
            own.prune(name, keep, epochs);
            failing = false;
        } catch (IOException | CheckpointException e) {
            if (!failing) {
                failing = true;
                warnings.accept(place + ": no backup of " + verified.getFileName() + " (" + reason(e)
                        + "); the training goes on and tries again at the next checkpoint");
            }
        }
    }

    private static String reason(Exception e) {
        return switch (e) {
            case NotDirectoryException gone -> "the folder is not there";
            case IOException io -> CheckpointException.reason(io);
            default -> String.valueOf(e.getMessage());
        };
    }

    /** The run's own folder in the place, or the first that is free. */
    private CheckpointFolder choose() throws IOException {
        for (int number = 1; number <= MAX_NAMES; number++) {
            Path candidate = place.resolve(number == 1 ? run : run + "-" + number);
            var checkpoints = new CheckpointFolder(disk, RunFolder.checkpointsOf(candidate));
            if (!Files.exists(candidate) || holdsThisRun(checkpoints)) {
                return checkpoints;
            }
        }
        throw new IOException(MAX_NAMES + " backups of this name");
    }

    private boolean holdsThisRun(CheckpointFolder checkpoints) {
        Optional<CheckpointFolder.Found> newest = checkpoints.newest(damaged -> {});
        return newest.isEmpty() || newest.get().checkpoint().description().id().equals(id);
    }
}
