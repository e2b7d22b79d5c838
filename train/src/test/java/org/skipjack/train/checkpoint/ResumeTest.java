package org.skipjack.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.skipjack.train.checkpoint.Trainings.OPTIONS;
import static org.skipjack.train.checkpoint.Trainings.STEPS_PER_EPOCH;
import static org.skipjack.train.checkpoint.Trainings.TEST;
import static org.skipjack.train.checkpoint.Trainings.TRAIN;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.skipjack.nn.Flatten;
import org.skipjack.nn.Linear;
import org.skipjack.nn.Sequential;
import org.skipjack.nn.StateDictException;
import org.skipjack.train.Trainer;
import org.skipjack.train.TrainingListener;
import org.skipjack.train.TrainingProgress;

/** An interrupted and resumed training ends with the bits of one that ran through: weights, masks, momentum, figures. */
class ResumeTest {

    private static final List<String> UNINTERRUPTED = Trainings.uninterrupted(OPTIONS);

    @TempDir
    Path folder;

    static IntStream steps() {
        return IntStream.rangeClosed(1, 2 * STEPS_PER_EPOCH);
    }

    @ParameterizedTest
    @MethodSource("steps")
    void stoppedAfterAnyStepItGoesOnBitForBit(int step) {
        var trainer = new Trainer(Trainings.net(1), OPTIONS).listen(Trainings.checkpointer(folder, 100));
        trainer.listen(atStep(step, trainer::stop)).fit(TRAIN, TEST);

        assertThat(Trainings.resumed(folder, OPTIONS)).isEqualTo(UNINTERRUPTED);
    }

    @ParameterizedTest
    @MethodSource("steps")
    void killedAfterAnyStepItGoesOnFromTheLastCheckpointBitForBit(int step) {
        var trainer = new Trainer(Trainings.net(1), OPTIONS).listen(Trainings.checkpointer(folder, 3));
        assertThatThrownBy(() -> trainer.listen(atStep(step, ResumeTest::die)).fit(TRAIN, TEST))
                .isInstanceOf(Killed.class);

        assertThat(Trainings.resumed(folder, OPTIONS)).isEqualTo(UNINTERRUPTED);
    }

    @Test
    void interruptedAgainAndAgainItStillEndsWithTheSameBits() {
        var first = new Trainer(Trainings.net(1), OPTIONS).listen(Trainings.checkpointer(folder, 100));
        first.listen(atStep(1, first::stop)).fit(TRAIN, TEST);
        for (int step = 2; step <= 2 * STEPS_PER_EPOCH; step++) {
            Trainings.resume(
                    folder, OPTIONS, atStep(step, () -> Thread.currentThread().interrupt()));
            assertThat(Thread.interrupted()).isTrue();
        }

        assertThat(Trainings.resumed(folder, OPTIONS)).isEqualTo(UNINTERRUPTED);
    }

    @Test
    void stoppedWhileItIsTestedItTestsAgain() {
        var trainer = new Trainer(Trainings.net(1), OPTIONS).listen(Trainings.checkpointer(folder, 100));
        var result = trainer.listen(new TrainingListener() {
                    @Override
                    public void onEvaluation(TrainingProgress progress) {
                        trainer.stop();
                    }
                })
                .fit(TRAIN, TEST);

        assertThat(result.epochs()).isEmpty();
        assertThat(folder.resolve("epoch-1-step-7.safetensors")).isRegularFile();
        assertThat(Trainings.resumed(folder, OPTIONS)).isEqualTo(UNINTERRUPTED);
    }

    /** The first batch of an epoch comes so late after the wish to stop that its step is given up. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aStepThatTakesTooLongIsGivenUpAndDoneAgain(int epoch) {
        var trainer = new Trainer(Trainings.net(1), OPTIONS).listen(Trainings.checkpointer(folder, 100));
        var result = trainer.fit(new Late(TRAIN, (epoch - 1) * TRAIN.size(), trainer), TEST);

        assertThat(result.stopped()).isTrue();
        assertThat(result.examples()).isEqualTo((epoch - 1L) * TRAIN.size());
        assertThat(folder.resolve("epoch-" + (epoch - 1) + ".safetensors")).isRegularFile();
        assertThat(folder.toFile().list()).hasSize(epoch);
        assertThat(Trainings.resumed(folder, OPTIONS)).isEqualTo(UNINTERRUPTED);
    }

    @Test
    void moreEpochsGiveTheBitsOfATrainingThatWasToHaveThemFromTheStart() {
        new Trainer(Trainings.net(1), OPTIONS.withEpochs(1))
                .listen(Trainings.checkpointer(folder, 100))
                .fit(TRAIN, TEST);

        assertThat(Trainings.resumed(folder, OPTIONS)).isEqualTo(UNINTERRUPTED);
    }

    @Test
    void aFinishedTrainingHasNothingLeftToDoAndKeepsItsResult() {
        var trainer = new Trainer(Trainings.net(1), OPTIONS).listen(Trainings.checkpointer(folder, 100));
        var result = trainer.fit(TRAIN, TEST);

        var again = Trainings.resume(folder, OPTIONS, atStep(1, ResumeTest::die));

        assertThat(again.epochs()).isEqualTo(result.epochs());
        assertThat(again.examples()).isEqualTo(result.examples());
        assertThat(again.stepSeconds()).isEqualTo(result.stepSeconds());
    }

    @Test
    void theStateOfAnotherNetIsRefusedByName() {
        new Trainer(Trainings.net(1), OPTIONS.withEpochs(1))
                .listen(Trainings.checkpointer(folder, 100))
                .fit(TRAIN, TEST);
        var state = new CheckpointFolder(folder)
                .newest(warning -> {})
                .orElseThrow()
                .checkpoint()
                .state();
        var other = new Sequential(new Flatten(), new Linear(16, 4));

        assertThatThrownBy(() -> new Trainer(other, OPTIONS).resume(state).fit(TRAIN, TEST))
                .isInstanceOf(StateDictException.class)
                .hasMessageContaining("2.running_mean");
    }

    /** Does something after so many steps of the whole training. */
    private static TrainingListener atStep(int step, Runnable action) {
        return new TrainingListener() {
            @Override
            public void onStep(TrainingProgress progress) {
                if ((progress.epoch() - 1) * STEPS_PER_EPOCH + progress.step() == step) {
                    action.run();
                }
            }
        };
    }

    private static void die() {
        throw new Killed();
    }

    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
