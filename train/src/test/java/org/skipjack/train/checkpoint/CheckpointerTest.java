package org.skipjack.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.skipjack.train.checkpoint.Trainings.DESCRIPTION;
import static org.skipjack.train.checkpoint.Trainings.OPTIONS;
import static org.skipjack.train.checkpoint.Trainings.TEST;
import static org.skipjack.train.checkpoint.Trainings.TRAIN;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.skipjack.nn.Module;
import org.skipjack.train.DivergedException;
import org.skipjack.train.Trainer;
import org.skipjack.train.TrainingListener;
import org.skipjack.train.TrainingProgress;
import org.skipjack.train.file.FaultyDisk;
import org.skipjack.train.file.FaultyDisk.Fault;

/** When checkpoints are written, and what becomes of a training whose checkpoints fail. */
class CheckpointerTest {

    private static final CheckpointInterval RARELY = new CheckpointInterval(0, 1000);

    @TempDir
    Path folder;

    private final List<String> warnings = new ArrayList<>();

    @Test
    void writesBeforeTheFirstStepAtEachIntervalAndAfterEachEpoch() {
        var written = new ArrayList<String>();
        var checkpointer = checkpointer(new CheckpointFolder(folder), new CheckpointInterval(3, 0), 100);

        new Trainer(Trainings.net(1), OPTIONS)
                .listen(checkpointer)
                .listen(new TrainingListener() {
                    @Override
                    public void onStep(TrainingProgress progress) {
                        if (progress.step() == 1) {
                            written.add(name(checkpointer.newest().orElseThrow()));
                        }
                    }
                })
                .fit(TRAIN, TEST);

        assertThat(written).containsExactly("epoch-0.safetensors", "epoch-1.safetensors");
        // Steps 3, 6, 9 and 12 of the training, of which 7 and 14 end an epoch.
        assertThat(folder.toFile().list())
                .containsExactlyInAnyOrder(
                        "epoch-0.safetensors",
                        "epoch-1-step-3.safetensors",
                        "epoch-1-step-6.safetensors",
                        "epoch-1.safetensors",
                        "epoch-2-step-2.safetensors",
                        "epoch-2-step-5.safetensors",
                        "epoch-2.safetensors");
    }

    @Test
    void intervalsAreStepsOrMinutes() {
        assertThat(CheckpointInterval.parse("500")).isEqualTo(new CheckpointInterval(500, 0));
        assertThat(CheckpointInterval.parse("10m")).isEqualTo(new CheckpointInterval(0, 10));
        for (String wrong : new String[] {"", "0", "0m", "-3", "10s", "1.5m", "m", "99999999999"}) {
            assertThatIllegalArgumentException().isThrownBy(() -> CheckpointInterval.parse(wrong));
        }
        var minutes = new CheckpointInterval(0, 2);
        assertThat(minutes.due(1, 119_999_999_999L)).isFalse();
        assertThat(minutes.due(1, 120_000_000_000L)).isTrue();
    }

    @Test
    void weightsThatAreNoNumbersNeverReplaceGoodOnes() {
        Module net = Trainings.net(1);
        var checkpointer = checkpointer(new CheckpointFolder(folder), new CheckpointInterval(1, 0), 1);
        var trainer = new Trainer(net, OPTIONS).listen(new TrainingListener() {
            @Override
            public void onStep(TrainingProgress progress) {
                if (progress.epoch() == 1 && progress.step() == 4) {
                    net.parameters().getFirst().fill(Float.NaN);
                }
            }
        });

        assertThatThrownBy(() -> trainer.listen(checkpointer).fit(TRAIN, TEST)).isInstanceOf(DivergedException.class);

        assertThat(folder.toFile().list()).containsExactly("epoch-1-step-3.safetensors");
        assertThat(checkpointer.newest()).contains(folder.resolve("epoch-1-step-3.safetensors"));
        assertThat(warnings)
                .containsExactly(
                        folder.resolve("epoch-1-step-4.safetensors") + ": not written, since the weights are no "
                                + "longer finite; the last good one is epoch-1-step-3.safetensors");
    }

    /** Full disks, broken disks and crashes at each operation of a whole training: it can always be gone on with. */
    @ParameterizedTest
    @EnumSource(Fault.class)
    void aCheckpointThatFailsEndsTheTrainingWhichThenGoesOnBitForBit(Fault fault, @TempDir Path folders) {
        var uninterrupted = Trainings.uninterrupted(OPTIONS);
        int operation = 0;
        boolean reached = true;
        for (; reached; operation += 13) {
            Path own = folders.resolve("run-" + operation);
            var disk = new FaultyDisk(operation, fault);
            var checkpointer = checkpointer(new CheckpointFolder(disk, own), RARELY, 1);
            var trainer = new Trainer(Trainings.net(1), OPTIONS).listen(checkpointer);
            boolean ended = false;
            try {
                trainer.fit(TRAIN, TEST);
            } catch (CheckpointException e) {
                ended = true;
                assertThat(e).hasMessageContaining("cannot be written").hasMessageContaining("can be resumed");
            }
            reached = disk.failed();
            // Only an old checkpoint that cannot be deleted is no reason to end.
            assertThat(ended || !warnings.isEmpty()).isEqualTo(reached);
            warnings.clear();
            if (Files.exists(own.resolve("epoch-0.safetensors")) || Files.exists(own.resolve("epoch-1.safetensors"))) {
                assertThat(Trainings.resumed(own, OPTIONS)).isEqualTo(uninterrupted);
            }
        }
        // Three saves of at least six operations.
        assertThat(operation).isGreaterThan(18);
    }

    private Checkpointer checkpointer(CheckpointFolder checkpoints, CheckpointInterval interval, int keep) {
        return new Checkpointer(checkpoints, DESCRIPTION, interval, keep, warnings::add);
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }
}
