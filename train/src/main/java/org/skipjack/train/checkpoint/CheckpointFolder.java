package org.skipjack.train.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.skipjack.train.EpochResult;
import org.skipjack.train.file.Disk;
import org.skipjack.train.file.DurableFile;
import org.skipjack.train.safetensors.SafetensorsException;

/** The checkpoints of one run, a file each; one process at a time writes here. */
public final class CheckpointFolder {

    private final Disk disk;
    private final Path path;

    /** The folder of that path, made when the first checkpoint is written. */
    public CheckpointFolder(Path path) {
        this(Disk.machine(), path);
    }

    CheckpointFolder(Disk disk, Path path) {
        this.disk = disk;
        this.path = path;
    }

    /**
     * A checkpoint and where it lies.
     *
     * @param file its file
     * @param checkpoint its contents, verified
     */
    public record Found(Path file, Checkpoint checkpoint) {}

    /** The folder. */
    public Path path() {
        return path;
    }

    /**
     * The newest checkpoint that is whole.
     *
     * @param warnings is given a line for each newer one that is not
     * @return empty if the folder is absent or holds no checkpoint
     * @throws CheckpointException if all that it holds are damaged, or a version with another format wrote the newest whole one
     */
    public Optional<Found> newest(Consumer<String> warnings) {
        var problems = new ArrayList<String>();
        for (CheckpointName name : new TreeSet<>(names()).descendingSet()) {
            Path file = path.resolve(name.file());
            try {
                var checkpoint = Checkpoint.read(file);
                if (!checkpoint.name().equals(name)) {
                    throw new CheckpointException(
                            file, "holds the checkpoint " + checkpoint.name().file() + ", was it renamed?");
                }
                problems.forEach(problem -> warnings.accept(problem + "; going on from " + name.file()));
                return Optional.of(new Found(file, checkpoint));
            } catch (CheckpointException | SafetensorsException e) {
                if (e instanceof CheckpointException refused && refused.isOfOtherFormat()) {
                    throw refused;
                }
                problems.add(String.valueOf(e.getMessage()));
            }
        }
        if (problems.isEmpty()) {
            return Optional.empty();
        }
        throw new CheckpointException(
                path + ": none of the " + problems.size() + " checkpoints is whole: " + String.join("; ", problems),
                null);
    }

    /** Whether there is a file for that moment. */
    boolean contains(CheckpointName name) {
        return Files.isRegularFile(path.resolve(name.file()));
    }

    /** Writes a checkpoint, reads it back and returns its file. */
    Path save(Checkpoint checkpoint) throws IOException {
        makeFolder();
        Path file = path.resolve(checkpoint.name().file());
        checkpoint.write(disk, file);
        Seal.verify(file);
        return file;
    }

    /** Copies the verified checkpoint of another folder here, and verifies the copy. */
    void take(Path verified) throws IOException {
        makeFolder();
        Path file = path.resolve(verified.getFileName());
        DurableFile.replace(disk, file, out -> Files.copy(verified, out));
        Seal.verify(file);
    }

    /** Deletes all but the newest {@code keep} and the one of the best test accuracy; later ones than {@code now} stay. */
    void prune(CheckpointName now, int keep, List<EpochResult> epochs) throws IOException {
        var upToNow = new TreeSet<>(names()).headSet(now, true);
        Set<CheckpointName> kept = new TreeSet<>();
        upToNow.descendingSet().stream().limit(keep).forEach(kept::add);
        EpochResult.best(epochs)
                .map(best -> CheckpointName.afterEpoch(best.epoch()))
                .ifPresent(kept::add);
        for (CheckpointName name : upToNow) {
            if (!kept.contains(name)) {
                disk.delete(path.resolve(name.file()));
            }
        }
    }

    /** The file of the moment after that epoch, if it is there. */
    Optional<Path> afterEpoch(int epoch) {
        var name = CheckpointName.afterEpoch(epoch);
        return contains(name) ? Optional.of(path.resolve(name.file())) : Optional.empty();
    }

    private List<CheckpointName> names() {
        try (var files = Files.list(path)) {
            return files.map(file -> CheckpointName.parse(String.valueOf(file.getFileName())))
                    .flatMap(Optional::stream)
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new CheckpointException(path + ": cannot be read (" + CheckpointException.reason(e) + ")", e);
        }
    }

    private void makeFolder() throws IOException {
        if (!Files.isDirectory(path)) {
            Files.createDirectories(path);
            Path parent = path.toAbsolutePath().getParent();
            if (parent != null) {
                disk.forceFolder(parent);
            }
        }
    }
}
