package org.skipjack.train.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.skipjack.train.EpochResult;
import org.skipjack.train.TrainingListener;
import org.skipjack.train.TrainingProgress;
import org.skipjack.train.TrainingResult;
import org.skipjack.train.TrainingState;
import org.skipjack.train.run.RunDescription;

/**
 * Writes the checkpoints of a training: before its first step, within epochs at an interval, after each epoch, and when it
 * is stopped. Keeps the newest few and the one of the best test accuracy.
 *
 * <p>A checkpoint that cannot be written ends the training: those before it are intact, and it can be resumed. Weights that
 * are not finite are never written.
 */
public final class Checkpointer implements TrainingListener {

    private final CheckpointFolder folder;
    private final RunDescription description;
    private final CheckpointInterval interval;
    private final int keep;
    private final Consumer<String> warnings;
    private @Nullable Backup backup;
    private @Nullable Supplier<TrainingState> state;
    private volatile @Nullable CheckpointName now;
    private volatile @Nullable CheckpointName saved;
    private long savedNanos = System.nanoTime();
    private boolean warnedOfWeights;

    /**
     * Checkpoints of one training.
     *
     * @param description goes into each checkpoint
     * @param keep how many are kept besides the best, at least 1
     * @param warnings is given a line about what stops nothing
     * @throws IllegalArgumentException if none would be kept
     */
    public Checkpointer(
            CheckpointFolder folder,
            RunDescription description,
            CheckpointInterval interval,
            int keep,
            Consumer<String> warnings) {
        if (keep < 1) {
            throw new IllegalArgumentException("[Checkpointer] " + keep + " checkpoints to keep, expected at least 1");
        }
        this.folder = folder;
        this.description = description;
        this.interval = interval;
        this.keep = keep;
        this.warnings = warnings;
    }

    /** Copies each verified checkpoint to a second place too. */
    public Checkpointer backUp(Backup place) {
        backup = place;
        return this;
    }

    @Override
    public void onResumable(TrainingProgress progress, Supplier<TrainingState> current) {
        boolean first = state == null;
        var name = CheckpointName.of(progress);
        state = current;
        now = name;
        if (first && folder.contains(name)) {
            saved = name;
        } else if (first || name.step() == 0 || interval.due(steps(progress), System.nanoTime() - savedNanos)) {
            save(name, current.get());
        }
    }

    private static long steps(TrainingProgress progress) {
        return (progress.epoch() - 1L) * progress.stepsPerEpoch() + progress.step();
    }

    @Override
    public void onEnd(TrainingResult result) {
        if (state != null && now != null && !now.equals(saved)) {
            save(now, state.get());
        }
    }

    /** The newest checkpoint that was written or resumed from. */
    public Optional<Path> newest() {
        return Optional.ofNullable(saved).map(name -> folder.path().resolve(name.file()));
    }

    /**
     * The checkpoint of the moment in which the training is now, if there is one: then ending the process loses no more than
     * what the training has been doing since. May be called from any thread.
     */
    public Optional<Path> present() {
        CheckpointName newest = saved;
        return newest != null && newest.equals(now) ? newest() : Optional.empty();
    }

    /** The checkpoint after that epoch, if it is still there. */
    public Optional<Path> afterEpoch(int epoch) {
        return folder.afterEpoch(epoch);
    }

    private void save(CheckpointName name, TrainingState current) {
        if (!current.isFinite()) {
            warnOfWeights(name);
            return;
        }
        try {
            Path file = folder.save(new Checkpoint(description, current));
            saved = name;
            savedNanos = System.nanoTime();
            prune(name, current.position().epochs());
            if (backup != null) {
                backup.take(file, name, keep, current.position().epochs());
            }
        } catch (IOException e) {
            throw new CheckpointException(
                    folder.path().resolve(name.file()) + ": cannot be written (" + CheckpointException.reason(e)
                            + "); the training ends here and can be resumed"
                            + newest().map(file -> " from " + file.getFileName())
                                    .orElse(""),
                    e);
        }
    }

    /** Too many checkpoints are no reason to end a training. */
    private void prune(CheckpointName name, List<EpochResult> epochs) {
        try {
            folder.prune(name, keep, epochs);
        } catch (IOException e) {
            warnings.accept(
                    folder.path() + ": an old checkpoint cannot be deleted (" + CheckpointException.reason(e) + ")");
        }
    }

    private void warnOfWeights(CheckpointName name) {
        if (!warnedOfWeights) {
            warnedOfWeights = true;
            warnings.accept(folder.path().resolve(name.file())
                    + ": not written, since the weights are no longer finite"
                    + newest().map(file -> "; the last good one is " + file.getFileName())
                            .orElse(""));
        }
    }
}
