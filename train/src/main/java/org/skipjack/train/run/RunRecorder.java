package org.skipjack.train.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.skipjack.nn.Module;
import org.skipjack.train.CurvePoint;
import org.skipjack.train.EpochResult;
import org.skipjack.train.TrainingListener;
import org.skipjack.train.TrainingProgress;
import org.skipjack.train.TrainingResult;
import org.skipjack.train.TrainingState;
import org.skipjack.train.safetensors.SafetensorsException;

/**
 * Keeps a training in its run folder: a line of metrics at each curve point and epoch; curves and weights after each
 * epoch and at the end. A resumed training goes on with the files of the one before.
 *
 * <p>A file that cannot be written, for want of space for example, does not end the training: it is reported as a warning
 * and tried again with the next epoch; {@link #requireComplete} tells whether everything is there in the end.
 */
public final class RunRecorder implements TrainingListener {

    private final RunFolder folder;
    private final RunDescription description;
    private final Module module;
    private final Consumer<String> warnings;
    private @Nullable TrainingProgress progress;
    private @Nullable TrainingResult result;
    private int epochsWritten;

    /** Whether the lines on the disk may be other ones than those of this training so far. */
    private boolean rewriteMetrics = true;

    private @Nullable RuntimeException failure;

    /**
     * A recorder for one training of that module.
     *
     * @param warnings is given a line whenever something cannot be written
     */
    public RunRecorder(RunFolder folder, RunDescription description, Module module, Consumer<String> warnings) {
        this.folder = folder;
        this.description = description;
        this.module = module;
        this.warnings = warnings;
    }

    @Override
    public void onStart(TrainingProgress current) {
        progress = current;
        attempt(this::writeMetrics, true);
    }

    @Override
    public void onCurvePoint(CurvePoint point) {
        // If it fails it is tried again at the end of the epoch, which is early enough to complain.
        attempt(() -> append(MetricsLines.of(point)), false);
    }

    @Override
    public void onEpoch(EpochResult epoch) {
        attempt(() -> append(MetricsLines.of(epoch)), false);
    }

    /** After a test, and after whoever listens before this one has done more important things about it. */
    @Override
    public void onResumable(TrainingProgress current, Supplier<TrainingState> state) {
        if (current.completedEpochs() > epochsWritten) {
            epochsWritten = current.completedEpochs();
            attempt(this::writeAll, true);
        }
    }

    @Override
    public void onEnd(TrainingResult ended) {
        result = ended;
        attempt(() -> append(MetricsLines.of(ended)), true);
        if (ended.stopped() || failure != null) {
            attempt(this::writeAll, true);
        }
    }

    /**
     * Makes sure that the last attempt to write succeeded.
     *
     * @throws RunFolderException or {@link SafetensorsException} if it did not
     */
    public void requireComplete() {
        if (failure != null) {
            throw failure;
        }
    }

    private void writeAll() {
        if (progress == null) {
            return;
        }
        if (rewriteMetrics) {
            writeMetrics();
        }
        AtomicFile.write(
                folder.curves(),
                CurvesSvg.draw(
                        progress.points(),
                        progress.results(),
                        description.options().epochs()));
        Weights.write(folder.weights(), module, description.metadata(progress.completedEpochs()));
        failure = null;
    }

    private void writeMetrics() {
        if (progress != null) {
            AtomicFile.write(folder.metrics(), MetricsLines.all(progress.points(), progress.results(), result));
            rewriteMetrics = false;
        }
    }

    /** Opened for each line: nothing to close when a training fails, and the line is there for whoever watches. */
    private void append(String line) {
        if (rewriteMetrics) {
            writeMetrics();
            return;
        }
        try {
            Files.writeString(folder.metrics(), line, StandardOpenOption.APPEND);
        } catch (IOException e) {
            rewriteMetrics = true;
            throw RunFolderException.cannotWrite(folder.metrics(), e);
        }
    }

    private void attempt(Runnable write, boolean warn) {
        try {
            write.run();
        } catch (RunFolderException | SafetensorsException e) {
            failure = e;
            if (warn) {
                warnings.accept(String.valueOf(e.getMessage()));
            }
        }
    }
}
