package org.skipjack.train.run;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.skipjack.train.file.Disk;
import org.skipjack.train.file.DurableFile;

/**
 * The folder of one training: {@code options.json}, {@code metrics.jsonl}, {@code curves.svg}, {@code
 * weights.safetensors} and {@code checkpoints}. Found again by its options, which are written first.
 *
 * <p>One training at a time: until this is closed, another one, in this process or in others, is refused the folder.
 */
public final class RunFolder implements AutoCloseable {

    private static final String OPTIONS = "options.json";
    private static final String METRICS = "metrics.jsonl";
    private static final String CURVES = "curves.svg";
    private static final String WEIGHTS = "weights.safetensors";
    private static final String CHECKPOINTS = "checkpoints";
    private static final int MAX_RUNS = 1_000_000;

    private final Path path;
    private final RunLock lock;

    private RunFolder(Path path) throws IOException {
        this.path = path;
        this.lock = RunLock.take(path);
    }

    /**
     * Makes a folder {@code parent/model-1}, or with the next number that is free.
     *
     * @throws RunFolderException if it cannot be made
     */
    public static RunFolder next(Path parent, RunDescription description) {
        try {
            Files.createDirectories(parent);
            for (int number = 1; number <= MAX_RUNS; number++) {
                Path candidate = parent.resolve(description.model() + "-" + number);
                try {
                    Files.createDirectory(candidate);
                } catch (FileAlreadyExistsException taken) {
                    continue;
                }
                return new RunFolder(candidate).describe(description);
            }
        } catch (IOException e) {
            throw RunFolderException.cannotWrite(parent, e);
        }
        throw new RunFolderException(parent, "holds " + MAX_RUNS + " runs", "remove some", null);
    }

    /**
     * Takes a given folder: a new one, an empty one, or that of an earlier run, whose files are then removed.
     *
     * @throws RunFolderException if the folder holds anything but a run, another process trains in it, or it cannot be
     *     written
     */
    public static RunFolder create(Path path, RunDescription description) {
        try {
            if (!Files.isDirectory(path)) {
                Files.createDirectories(path);
            }
            requireEmptyOrRun(path);
            var folder = new RunFolder(path);
            for (String file : List.of(OPTIONS, METRICS, CURVES, WEIGHTS)) {
                Files.deleteIfExists(path.resolve(file));
            }
            folder.deleteCheckpoints();
            return folder.describe(description);
        } catch (IOException e) {
            throw RunFolderException.cannotWrite(path, e);
        }
    }

    /**
     * Takes the folder of a run, or of its backup, in order to go on there.
     *
     * @throws RunFolderException if it is none, another process trains in it, or it cannot be written
     */
    public static RunFolder reopen(Path path) {
        if (!Files.isDirectory(checkpointsOf(path))) {
            throw new RunFolderException(
                    path,
                    isRun(path) ? "this run has no checkpoint" : "this folder is not that of a run",
                    "give the folder of a run that has begun, or train anew",
                    null);
        }
        try {
            var folder = new RunFolder(path);
            DurableFile.sweep(Disk.machine(), path);
            DurableFile.sweep(Disk.machine(), folder.checkpoints());
            return folder;
        } catch (IOException e) {
            throw RunFolderException.cannotWrite(path, e);
        }
    }

    /** Whether this is the folder of a run. */
    public static boolean isRun(Path path) {
        Path options = path.resolve(OPTIONS);
        if (!Files.isRegularFile(options)) {
            return false;
        }
        try (BufferedReader reader = Files.newBufferedReader(options)) {
            var start = new char[RunDescription.MARK.length() + 2];
            return reader.read(start) == start.length && new String(start).equals("{\"" + RunDescription.MARK);
        } catch (IOException e) {
            return false;
        }
    }

    /** Of the runs in a folder the one whose weights were written last; empty if none has any. */
    public static Optional<Path> newest(Path parent) {
        if (!Files.isDirectory(parent)) {
            return Optional.empty();
        }
        try (var entries = Files.list(parent)) {
            return entries.filter(run -> isRun(run) && Files.isRegularFile(run.resolve(WEIGHTS)))
                    .max(Comparator.comparingLong(
                                    (Path run) -> run.resolve(WEIGHTS).toFile().lastModified())
                            .thenComparing(Comparator.naturalOrder()));
        } catch (IOException e) {
            throw new RunFolderException(
                    parent, "cannot be read (" + RunFolderException.reason(e) + ")", "name a run", e);
        }
    }

    /**
     * The weights that a path means: those of a run folder, or the file itself.
     *
     * @throws RunFolderException if it is a folder without weights
     */
    public static Path weightsOf(Path runOrFile) {
        if (!Files.isDirectory(runOrFile)) {
            return runOrFile;
        }
        Path weights = runOrFile.resolve(WEIGHTS);
        if (!Files.isRegularFile(weights)) {
            throw new RunFolderException(
                    runOrFile,
                    isRun(runOrFile) ? "this run has no " + WEIGHTS + " yet" : "this folder is not that of a run",
                    "give the folder of a run that has finished an epoch, or a safetensors file",
                    null);
        }
        return weights;
    }

    private static void requireEmptyOrRun(Path path) throws IOException {
        try (var entries = Files.list(path)) {
            if (entries.anyMatch(entry -> !entry.endsWith(RunLock.NAME)) && !isRun(path)) {
                throw new RunFolderException(
                        path, "this folder holds other files", "give a new or empty folder, or that of a run", null);
            }
        }
    }

    /** Deletes what checkpoints are called, and the folder if nothing else is in it. */
    private void deleteCheckpoints() throws IOException {
        if (!Files.isDirectory(checkpoints())) {
            return;
        }
        DurableFile.sweep(Disk.machine(), checkpoints());
        try (var files = Files.newDirectoryStream(checkpoints(), "epoch-*.safetensors")) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        try {
            Files.delete(checkpoints());
        } catch (DirectoryNotEmptyException ofOthers) {
            // Somebody keeps files of their own there.
        }
    }

    /** Replaces {@code options.json}. */
    public RunFolder describe(RunDescription description) {
        AtomicFile.write(options(), description.json());
        return this;
    }

    /** Lets other trainings have the folder. */
    @Override
    public void close() {
        lock.close();
    }

    /** The folder itself. */
    public Path path() {
        return path;
    }

    /** What was trained and how, one JSON object. */
    public Path options() {
        return path.resolve(OPTIONS);
    }

    /** One JSON object a line for each curve point, each epoch and the result. */
    public Path metrics() {
        return path.resolve(METRICS);
    }

    /** The curves as a picture. */
    public Path curves() {
        return path.resolve(CURVES);
    }

    /** The trained weights. */
    public Path weights() {
        return path.resolve(WEIGHTS);
    }

    /** The folder of the checkpoints. */
    public Path checkpoints() {
        return checkpointsOf(path);
    }

    /** Where a run in that folder has its checkpoints. */
    public static Path checkpointsOf(Path run) {
        return run.resolve(CHECKPOINTS);
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
