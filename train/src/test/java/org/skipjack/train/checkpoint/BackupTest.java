package org.skipjack.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.skipjack.train.checkpoint.Trainings.OPTIONS;
import static org.skipjack.train.checkpoint.Trainings.TEST;
import static org.skipjack.train.checkpoint.Trainings.TRAIN;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skipjack.train.Trainer;
import org.skipjack.train.TrainingListener;
import org.skipjack.train.TrainingProgress;
import org.skipjack.train.file.Disk;
import org.skipjack.train.file.FaultyDisk;
import org.skipjack.train.file.FaultyDisk.Fault;

/** A second place for checkpoints: complete, resumable, and never a reason to stop. */
class BackupTest {

    @TempDir
    Path folder;

    @TempDir
    Path place;

    private final List<String> warnings = new ArrayList<>();

    @Test
    void aRunThatWasLostGoesOnFromItsBackup() {
        var trainer = trainer(Disk.machine(), "a");
        trainer.listen(atStep(1, 5, trainer::stop)).fit(TRAIN, TEST);

        assertThat(warnings).isEmpty();
        assertThat(Trainings.resumed(place.resolve("run/checkpoints"), OPTIONS))
                .isEqualTo(Trainings.uninterrupted(OPTIONS));
    }

    @Test
    void keepsAsManyAsTheRunDoes() {
        trainer(Disk.machine(), "a").fit(TRAIN, TEST);

        assertThat(place.resolve("run/checkpoints").toFile().list())
                .containsExactlyInAnyOrder(folder.toFile().list());
    }

    @Test
    void aPlaceThatIsGoneIsOneWarningAndIsTriedAgain() {
        assertThatCode(() -> Files.delete(place)).doesNotThrowAnyException();

        trainer(Disk.machine(), "a")
                .listen(atStep(
                        2,
                        6,
                        () -> assertThatCode(() -> Files.createDirectory(place)).doesNotThrowAnyException()))
                .fit(TRAIN, TEST);

        assertThat(warnings)
                .containsExactly(
                        place + ": no backup of epoch-0.safetensors (the folder is not there); the training goes "
                                + "on and tries again at the next checkpoint");
        assertThat(place.resolve("run/checkpoints/epoch-2.safetensors")).isRegularFile();
    }

    @Test
    void aFullDiskIsAWarningWhereverItStrikes() {
        for (int operation = 0; operation < 20; operation += 3) {
            warnings.clear();
            var result = trainer(new FaultyDisk(operation, Fault.NO_SPACE), "a").fit(TRAIN, TEST);

            assertThat(result.stopped()).isFalse();
            assertThat(warnings).hasSize(1).first().asString().contains("(No space left on device)");
            assertThat(place.resolve("run/checkpoints/epoch-2.safetensors")).isRegularFile();
            folder.resolve("epoch-2.safetensors").toFile().delete();
        }
    }

    @Test
    void anotherRunOfTheSameNameGetsAFolderOfItsOwn() {
        trainer(Disk.machine(), "a").fit(TRAIN, TEST);
        folder.resolve("epoch-0.safetensors").toFile().delete();

        trainer(Disk.machine(), "b").fit(TRAIN, TEST);

        assertThat(place.toFile().list()).containsExactlyInAnyOrder("run", "run-2");
        assertThat(warnings).isEmpty();
    }

    private Trainer trainer(Disk disk, String id) {
        var description = Trainings.description(OPTIONS, id);
        var checkpointer = new Checkpointer(
                        new CheckpointFolder(folder), description, new CheckpointInterval(3, 0), 3, warnings::add)
                .backUp(new Backup(disk, place, "run", id, warnings::add));
        return new Trainer(Trainings.net(1), OPTIONS).listen(checkpointer);
    }

    private static TrainingListener atStep(int epoch, int step, Runnable action) {
        return new TrainingListener() {
            @Override
            public void onStep(TrainingProgress progress) {
                if (progress.epoch() == epoch && progress.step() == step) {
                    action.run();
                }
            }
        };
    }
}
