package org.skipjack.train.checkpoint;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.skipjack.core.Device;
import org.skipjack.core.Tensor;
import org.skipjack.nn.BatchNorm1d;
import org.skipjack.nn.Dropout;
import org.skipjack.nn.Flatten;
import org.skipjack.nn.Init;
import org.skipjack.nn.Linear;
import org.skipjack.nn.Module;
import org.skipjack.nn.Sequential;
import org.skipjack.nn.Sigmoid;
import org.skipjack.train.Quadrants;
import org.skipjack.train.Trainer;
import org.skipjack.train.TrainingListener;
import org.skipjack.train.TrainingOptions;
import org.skipjack.train.TrainingProgress;
import org.skipjack.train.TrainingResult;
import org.skipjack.train.TrainingState;
import org.skipjack.train.data.Dataset;
import org.skipjack.train.run.RunDescription;

/** Small trainings with all that has a state: batch norm, dropout, momentum, a smaller last batch. */
final class Trainings {

    static final Dataset TRAIN = Quadrants.images(50, 1);
    static final Dataset TEST = Quadrants.images(21, 2);
    static final int STEPS_PER_EPOCH = 7;

    /** Two epochs of seven steps. */
    static final TrainingOptions OPTIONS =
            TrainingOptions.of(2, 8, 0.5f).withMomentum(0.9f, true).withWeightDecay(0.01f);

    static final RunDescription DESCRIPTION = description(OPTIONS, "a");

    private Trainings() {}

    static RunDescription description(TrainingOptions options, String id) {
        return new RunDescription(
                "quadrants-net", 1, 4, "quadrants", OptionalInt.of(4), options, "1.2.3", Map.of(RunDescription.ID, id));
    }

    static Module net(long seed) {
        return new Sequential(
                        new Flatten(),
                        new Linear(16, 8),
                        new BatchNorm1d(8),
                        new Sigmoid(),
                        new Dropout(0.3f),
                        new Linear(8, 4))
                .reset(Init.generator(seed))
                .to(Device.cpu(2));
    }

    static Checkpointer checkpointer(Path folder, int steps) {
        return new Checkpointer(
                new CheckpointFolder(folder), DESCRIPTION, new CheckpointInterval(steps, 0), 3, warning -> {
                    throw new AssertionError(warning);
                });
    }

    /** Remembers the last state that could be resumed from. */
    static final class Last implements TrainingListener {
        private List<String> state = List.of();

        @Override
        public void onResumable(TrainingProgress progress, Supplier<TrainingState> current) {
            state = bits(current.get());
        }

        List<String> state() {
            return state;
        }
    }

    /** Everything that must be equal bit for bit, as lines that can be read when it is not. */
    static List<String> bits(TrainingState state) {
        var lines = new ArrayList<String>();
        var tensors = new TreeMap<String, Tensor>(state.model());
        tensors.putAll(state.optimizer());
        tensors.forEach((name, tensor) -> lines.add(name + Arrays.toString(bits(tensor.toFloatArray()))));
        var at = state.position();
        lines.add("epoch %d step %d sums %s %s examples %d %d"
                .formatted(at.epoch(), at.step(), at.lossSum(), at.correct(), at.examples(), at.allExamples()));
        at.points().forEach(point -> lines.add(point.toString()));
        at.epochs()
                .forEach(e -> lines.add("epoch %d: %s %s %s %s, %d examples"
                        .formatted(
                                e.epoch(),
                                e.trainLoss(),
                                e.trainAccuracy(),
                                e.testLoss(),
                                e.testAccuracy(),
                                e.examples())));
        return lines;
    }

    private static int[] bits(float[] values) {
        var bits = new int[values.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return bits;
    }

    /** The bits at the end of a training that nothing interrupts. */
    static List<String> uninterrupted(TrainingOptions options) {
        var last = new Last();
        new Trainer(net(1), options).listen(last).fit(TRAIN, TEST);
        return last.state();
    }

    /** Goes on from a folder's newest checkpoint, with a net whose own values and masks are others. */
    static List<String> resumed(Path folder, TrainingOptions options) {
        var last = new Last();
        resume(folder, options, last);
        return last.state();
    }

    static TrainingResult resume(Path folder, TrainingOptions options, TrainingListener listener) {
        var newest = new CheckpointFolder(folder)
                .newest(warning -> {
                    throw new AssertionError(warning);
                })
                .orElseThrow();
        return new Trainer(net(99), options)
                .resume(newest.checkpoint().state())
                .listen(checkpointer(folder, 3))
                .listen(listener)
                .fit(TRAIN, TEST);
    }
}
