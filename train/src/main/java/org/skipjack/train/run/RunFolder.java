package org.skipjack.train.run;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The folder of one training: {@code options.json}, {@code metrics.jsonl}, {@code curves.svg} and {@code
 * weights.safetensors}. Found again by its options, which are written first.
 */
public final class RunFolder {

    private static final String OPTIONS = "options.json";
    private static final String METRICS = "metrics.jsonl";
    private static final String CURVES = "curves.svg";
    private static final String WEIGHTS = "weights.safetensors";
    private static final int MAX_RUNS = 1_000_000;

    private final Path path;

    private RunFolder(Path path) {
        this.path = path;
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
                return new RunFolder(candidate).begin(description);
            }
        } catch (IOException e) {
            throw RunFolderException.cannotWrite(parent, e);
        }
        throw new RunFolderException(parent, "holds " + MAX_RUNS + " runs", "remove some", null);
    }

    /**
     * Takes a given folder: a new one, an empty one, or that of an earlier run, whose files are then removed.
     *
     * @throws RunFolderException if the folder holds anything but a run, or cannot be written
     */
    public static RunFolder create(Path path, RunDescription description) {
        try {
            if (Files.isDirectory(path)) {
                requireEmptyOrRun(path);
                for (String file : List.of(OPTIONS, METRICS, CURVES, WEIGHTS)) {
                    Files.deleteIfExists(path.resolve(file));
                }
            } else {
                Files.createDirectories(path);
            }
            return new RunFolder(path).begin(description);
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
            if (entries.findAny().isPresent() && !isRun(path)) {
                throw new RunFolderException(
                        path, "this folder holds other files", "give a new or empty folder, or that of a run", null);
            }
        }
    }

    private RunFolder begin(RunDescription description) {
        AtomicFile.write(options(), description.json());
        return this;
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

    @Override
    public String toString() {
        return path.toString();
    }
}
