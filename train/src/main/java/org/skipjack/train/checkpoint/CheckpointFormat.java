package org.skipjack.train.checkpoint;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.skipjack.core.Tensor;
import org.skipjack.train.CurvePoint;
import org.skipjack.train.EpochResult;
import org.skipjack.train.TrainingPosition;
import org.skipjack.train.TrainingState;
import org.skipjack.train.run.Weights;
import org.skipjack.train.safetensors.SafetensorsEntry;
import org.skipjack.train.safetensors.SafetensorsFile;

/** How a checkpoint is laid out as tensors and metadata; {@link Checkpoint} tells their names. */
final class CheckpointFormat {

    /** Raised whenever an older checkpoint would not go on as it began. Format 1 had another order of the examples. */
    private static final String FORMAT = "2";

    private static final String OPTIMIZER = "optimizer.";
    private static final String SUMS = "training.sums";
    private static final String COUNTS = "training.counts";
    private static final String POINTS = "training.points";
    private static final String EPOCHS = "training.epochs";
    private static final int POINT_COLUMNS = 3;
    private static final int EPOCH_COLUMNS = 8;
    private static final int COUNT = 8;

    private CheckpointFormat() {}

    static Map<String, String> metadata(Checkpoint checkpoint) {
        var metadata = new LinkedHashMap<String, String>();
        metadata.put(Weights.CHECKPOINT, FORMAT);
        metadata.putAll(Facts.of(checkpoint.description()));
        metadata.put("epochs", String.valueOf(checkpoint.state().position().completedEpochs()));
        return metadata;
    }

    static List<SafetensorsEntry> entries(TrainingState state) {
        var entries = new ArrayList<SafetensorsEntry>();
        state.model().forEach((name, tensor) -> entries.add(Weights.entry(Weights.MODEL + name, tensor)));
        state.optimizer()
                .forEach((name, tensor) -> entries.add(SafetensorsEntry.ofFloats(
                        OPTIMIZER + name, tensor.shape().dims(), tensor.toFloatArray())));
        TrainingPosition at = state.position();
        entries.add(SafetensorsEntry.ofDoubles(SUMS, new int[] {2}, new double[] {at.lossSum(), at.correct()}));
        entries.add(SafetensorsEntry.ofLongs(COUNTS, new int[] {COUNT}, new long[] {
            at.epoch(),
            at.step(),
            at.examples(),
            at.allExamples(),
            at.stepNanos(),
            at.allStepNanos(),
            at.epochNanos(),
            at.nanos()
        }));
        entries.add(table(
                POINTS,
                POINT_COLUMNS,
                at.points().stream().map(CheckpointFormat::row).toList()));
        entries.add(table(
                EPOCHS,
                EPOCH_COLUMNS,
                at.epochs().stream().map(CheckpointFormat::row).toList()));
        return entries;
    }

    private static double[] row(CurvePoint point) {
        return new double[] {point.epoch(), point.trainLoss(), point.trainAccuracy()};
    }

    private static double[] row(EpochResult epoch) {
        return new double[] {
            epoch.epoch(),
            epoch.trainLoss(),
            epoch.trainAccuracy(),
            epoch.testLoss(),
            epoch.testAccuracy(),
            epoch.examples(),
            epoch.stepSeconds(),
            epoch.seconds()
        };
    }

    private static SafetensorsEntry table(String name, int columns, List<double[]> rows) {
        var values = new double[rows.size() * columns];
        for (int i = 0; i < rows.size(); i++) {
            System.arraycopy(rows.get(i), 0, values, i * columns, columns);
        }
        return SafetensorsEntry.ofDoubles(name, new int[] {rows.size(), columns}, values);
    }

    static Checkpoint read(Path file) {
        var stored = SafetensorsFile.read(file);
        String format = stored.metadata().get(Weights.CHECKPOINT);
        if (format == null) {
            throw new CheckpointException(file, "is no checkpoint; to go on from weights alone, load them");
        }
        if (!format.equals(FORMAT)) {
            throw CheckpointException.ofOtherFormat(file, format, FORMAT);
        }
        var model = new LinkedHashMap<String, Tensor>();
        var optimizer = new LinkedHashMap<String, Tensor>();
        for (String name : stored.names()) {
            if (name.startsWith(Weights.MODEL)) {
                model.put(name.substring(Weights.MODEL.length()), tensor(stored, name));
            } else if (name.startsWith(OPTIMIZER)) {
                optimizer.put(name.substring(OPTIMIZER.length()), tensor(stored, name));
            }
        }
        try {
            return new Checkpoint(Facts.read(stored.metadata()), new TrainingState(model, optimizer, position(stored)));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new CheckpointException(file + ": is no checkpoint of this version (" + e.getMessage() + ")", e);
        }
    }

    private static Tensor tensor(SafetensorsFile stored, String name) {
        return Tensor.wrap(stored.floats(name), stored.shape(name));
    }

    private static TrainingPosition position(SafetensorsFile stored) {
        double[] sums = stored.doubles(SUMS);
        long[] counts = stored.longs(COUNTS);
        var points = new ArrayList<CurvePoint>();
        double[] p = stored.doubles(POINTS);
        for (int i = 0; i < p.length; i += POINT_COLUMNS) {
            points.add(new CurvePoint(p[i], p[i + 1], p[i + 2]));
        }
        var epochs = new ArrayList<EpochResult>();
        double[] e = stored.doubles(EPOCHS);
        for (int i = 0; i < e.length; i += EPOCH_COLUMNS) {
            epochs.add(new EpochResult(
                    (int) e[i], e[i + 1], e[i + 2], e[i + 3], e[i + 4], (long) e[i + 5], e[i + 6], e[i + 7]));
        }
        return new TrainingPosition(
                Math.toIntExact(counts[0]),
                Math.toIntExact(counts[1]),
                sums[0],
                sums[1],
                counts[2],
                counts[3],
                counts[4],
                counts[5],
                counts[6],
                counts[7],
                points,
                epochs);
    }
}
