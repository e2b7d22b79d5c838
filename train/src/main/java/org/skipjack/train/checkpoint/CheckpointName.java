package org.skipjack.train.checkpoint;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;
import org.skipjack.train.TrainingPosition;
import org.skipjack.train.TrainingProgress;

/**
 * A moment of a training, as the name of a file: {@code epoch-3.safetensors} after the third epoch and its test, {@code
 * epoch-4-step-120.safetensors} after 120 steps of the fourth.
 *
 * @param completedEpochs epochs trained through and tested
 * @param step steps done since then
 */
record CheckpointName(int completedEpochs, int step) implements Comparable<CheckpointName> {

    private static final Pattern FILE = Pattern.compile("epoch-(\\d{1,9})(?:-step-(\\d{1,9}))?\\.safetensors");
    private static final Comparator<CheckpointName> BY_MOMENT =
            Comparator.comparingInt(CheckpointName::completedEpochs).thenComparingInt(CheckpointName::step);

    static CheckpointName of(TrainingPosition position) {
        return new CheckpointName(position.completedEpochs(), position.stepsIntoEpoch());
    }

    static CheckpointName of(TrainingProgress progress) {
        int completed = progress.completedEpochs();
        return new CheckpointName(completed, progress.epoch() > completed ? progress.step() : 0);
    }

    static CheckpointName afterEpoch(int epoch) {
        return new CheckpointName(epoch, 0);
    }

    /** The moment that a file's name tells; empty if it is not such a name. */
    static Optional<CheckpointName> parse(String file) {
        var name = FILE.matcher(file);
        if (!name.matches()) {
            return Optional.empty();
        }
        int epoch = Integer.parseInt(name.group(1));
        return Optional.of(
                name.group(2) == null
                        ? afterEpoch(epoch)
                        : new CheckpointName(epoch - 1, Integer.parseInt(name.group(2))));
    }

    String file() {
        return (step == 0 ? "epoch-" + completedEpochs : "epoch-" + (completedEpochs + 1) + "-step-" + step)
                + ".safetensors";
    }

    @Override
    public int compareTo(CheckpointName other) {
        return BY_MOMENT.compare(this, other);
    }
}
