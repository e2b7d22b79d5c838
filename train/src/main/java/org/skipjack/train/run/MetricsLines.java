package org.skipjack.train.run;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skipjack.train.CurvePoint;
import org.skipjack.train.EpochResult;
import org.skipjack.train.TrainingResult;

/** The lines of {@code metrics.jsonl}, a JSON object each. */
final class MetricsLines {

    private MetricsLines() {}

    /** All lines of a training in the order in which they came about. */
    static String all(List<CurvePoint> points, List<EpochResult> epochs, @Nullable TrainingResult result) {
        var lines = new StringBuilder();
        int written = 0;
        for (EpochResult epoch : epochs) {
            while (written < points.size() && points.get(written).epoch() <= epoch.epoch()) {
                lines.append(of(points.get(written++)));
            }
            lines.append(of(epoch));
        }
        points.subList(written, points.size()).forEach(point -> lines.append(of(point)));
        return result == null ? lines.toString() : lines.append(of(result)).toString();
    }

    static String of(CurvePoint point) {
        return line(new JsonObject()
                .put("type", "point")
                .put("epoch", point.epoch())
                .put("train_loss", point.trainLoss())
                .put("train_acc", point.trainAccuracy()));
    }

    static String of(EpochResult epoch) {
        return line(new JsonObject()
                .put("type", "epoch")
                .put("epoch", epoch.epoch())
                .put("train_loss", epoch.trainLoss())
                .put("train_acc", epoch.trainAccuracy())
                .put("test_loss", epoch.testLoss())
                .put("test_acc", epoch.testAccuracy())
                .put("examples", epoch.examples())
                .put("step_seconds", epoch.stepSeconds())
                .put("seconds", epoch.seconds()));
    }

    static String of(TrainingResult result) {
        return line(new JsonObject()
                .put("type", "result")
                .put("epochs", result.epochs().size())
                .put("stopped", result.stopped())
                .put("train_loss", result.trainLoss())
                .put("train_acc", result.trainAccuracy())
                .put("test_acc", result.testAccuracy())
                .put("device", result.device())
                .put("examples_per_second", result.examplesPerSecond())
                .put("end_to_end_examples_per_second", result.endToEndExamplesPerSecond()));
    }

    private static String line(JsonObject object) {
        return object + "\n";
    }
}
