package org.skipjack.train.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.skipjack.nn.Module;
import org.skipjack.train.CurvePoint;
import org.skipjack.train.EpochResult;
import org.skipjack.train.TrainingListener;
import org.skipjack.train.TrainingProgress;
import org.skipjack.train.TrainingResult;
import org.skipjack.train.safetensors.SafetensorsException;

/**
 * Keeps a training in its run folder: a line of metrics at each curve point and epoch; curves and weights after each
 * epoch and at the end.
 *
 * <p>A file that cannot be written, for want of space for example, does not end the training: it is reported as a warning
 * and tried again with the next epoch; {@link #requireComplete} tells whether everything is there in the end.
 */
public final class RunRecorder implements TrainingListener {

    private final RunFolder folder;
    private final RunDescription description;
    private final Module module;
    private final Consumer<String> warnings;
    private final List<CurvePoint> points = new ArrayList<>();
    private final List<EpochResult> epochs = new ArrayList<>();
    private final StringBuilder unwritten = new StringBuilder();
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
    public void onStart(TrainingProgress progress) {
        attempt(this::appendMetrics);
    }

    @Override
    public void onCurvePoint(CurvePoint point) {
        points.add(point);
        metric(new JsonObject()
                .put("type", "point")
                .put("epoch", point.epoch())
                .put("train_loss", point.trainLoss())
                .put("train_acc", point.trainAccuracy()));
        attempt(this::appendMetrics);
    }

    @Override
    public void onEpoch(EpochResult epoch) {
        epochs.add(epoch);
        metric(new JsonObject()
                .put("type", "epoch")
                .put("epoch", epoch.epoch())
                .put("train_loss", epoch.trainLoss())
                .put("train_acc", epoch.trainAccuracy())
                .put("test_loss", epoch.testLoss())
                .put("test_acc", epoch.testAccuracy())
                .put("examples", epoch.examples())
                .put("step_seconds", epoch.stepSeconds())
                .put("seconds", epoch.seconds()));
        attempt(this::writeAll);
    }

    @Override
    public void onEnd(TrainingResult result) {
        metric(new JsonObject()
                .put("type", "result")
                .put("epochs", result.epochs().size())
                .put("stopped", result.stopped())
                .put("train_loss", result.trainLoss())
                .put("train_acc", result.trainAccuracy())
                .put("test_acc", result.testAccuracy())
                .put("device", result.device())
                .put("examples_per_second", result.examplesPerSecond())
                .put("end_to_end_examples_per_second", result.endToEndExamplesPerSecond()));
        attempt(result.stopped() || failure != null ? this::writeAll : this::appendMetrics);
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
        appendMetrics();
        AtomicFile.write(
                folder.curves(),
                CurvesSvg.draw(points, epochs, description.options().epochs()));
        Weights.write(folder.weights(), module, description.metadata(epochs.size()));
        failure = null;
    }

    private void metric(JsonObject line) {
        unwritten.append(line).append('\n');
    }

    /** Opened for each line: nothing to close when a training fails, and the line is there for whoever watches. */
    private void appendMetrics() {
        try {
            Files.writeString(folder.metrics(), unwritten, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            unwritten.setLength(0);
        } catch (IOException e) {
            throw RunFolderException.cannotWrite(folder.metrics(), e);
        }
    }

    private void attempt(Runnable write) {
        try {
            write.run();
        } catch (RunFolderException | SafetensorsException e) {
            failure = e;
            warnings.accept(String.valueOf(e.getMessage()));
        }
    }
}
