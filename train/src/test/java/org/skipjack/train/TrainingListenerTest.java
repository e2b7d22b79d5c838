package org.skipjack.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.skipjack.train.data.Dataset;

/** What listeners hear of a training, and how it ends early. */
class TrainingListenerTest {
    private static final Dataset TRAIN = Quadrants.images(50, 1);
    private static final Dataset TEST = Quadrants.images(21, 2);

    @Test
    void givesFiveCurvePointsAnEpochAndTheTutorialsExtraOneWhenTheStepsDoNotDivide() {
        assertThat(curve(TrainingOptions.of(2, 5, 0.1f))) // 10 steps
                .containsExactly(0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.4, 1.6, 1.8, 2.0);
        assertThat(curve(TrainingOptions.of(1, 8, 0.1f))) // 7 steps, a point at each
                .hasSize(7)
                .endsWith(6 / 7.0, 1.0);
        assertThat(curve(TrainingOptions.of(1, 4, 0.1f))) // 13 steps: after 2, 4, ..., 12 and the last
                .hasSize(7)
                .startsWith(2 / 13.0)
                .endsWith(1.0);
    }

    @Test
    void everyStepIsACurvePointWhenAnEpochHasFewerThanFive() {
        assertThat(curve(TrainingOptions.of(1, 20, 0.1f))).containsExactly(1 / 3.0, 2 / 3.0, 1.0);
    }

    @Test
    void listenersHearTheEventsInOrder() {
        var events = new ArrayList<String>();

        new Trainer(Quadrants.netWithBatchNorm(), TrainingOptions.of(2, 25, 0.1f))
                .listen(new EventNames(events))
                .fit(TRAIN, TEST);

        assertThat(events)
                .containsExactly(
                        "start",
                        "step 1.1",
                        "point",
                        "step 1.2",
                        "point",
                        "test",
                        "epoch 1",
                        "step 2.1",
                        "point",
                        "step 2.2",
                        "point",
                        "test",
                        "epoch 2",
                        "end");
    }

    @Test
    void theTutorialsRateLeavesOutWhatListenersAndEvaluationTakeAndTheOtherRateDoesNot() {
        var slow = new TrainingListener() {
            @Override
            public void onStep(TrainingProgress progress) {
                sleep(20);
            }

            @Override
            public void onEvaluation(TrainingProgress progress) {
                sleep(40);
            }
        };

        var result = new Trainer(Quadrants.netWithBatchNorm(), TrainingOptions.of(1, 25, 0.1f))
                .listen(slow)
                .fit(TRAIN, TEST);

        assertThat(result.seconds() - result.stepSeconds()).isGreaterThan(0.080);
        assertThat(result.examplesPerSecond()).isEqualTo(50 / result.stepSeconds());
        assertThat(result.endToEndExamplesPerSecond()).isEqualTo(50 / result.seconds());
    }

    @Test
    void stopsAfterTheCurrentStep() {
        var events = new ArrayList<String>();
        var trainer = new Trainer(Quadrants.netWithBatchNorm(), TrainingOptions.of(3, 10, 1));
        trainer.listen(new EventNames(events)).listen(new TrainingListener() {
            @Override
            public void onStep(TrainingProgress progress) {
                if (progress.epoch() == 2 && progress.step() == 2) {
                    trainer.stop();
                }
            }
        });

        var result = trainer.fit(TRAIN, TEST);

        assertThat(events).endsWith("step 2.2", "point", "end");
        assertThat(result.stopped()).isTrue();
        assertThat(result.examples()).isEqualTo(70);
        assertThat(result.epochs()).hasSize(1);
    }

    @Test
    void stopsWithinAnEvaluationToo() {
        var trainer = new Trainer(Quadrants.netWithBatchNorm(), TrainingOptions.of(3, 10, 1));
        trainer.listen(new TrainingListener() {
            @Override
            public void onEvaluation(TrainingProgress progress) {
                trainer.stop();
            }
        });

        var result = trainer.fit(TRAIN, TEST);

        assertThat(result.stopped()).isTrue();
        assertThat(result.epochs()).isEmpty();
        assertThat(result.testAccuracy()).isNaN();
    }

    @Test
    void stopsWhenItsThreadIsInterruptedAndLeavesTheThreadInterruptedAfterTheListenersHaveDoneTheirWork() {
        var interruptedAtEnd = new ArrayList<Boolean>();
        var trainer = new Trainer(Quadrants.netWithBatchNorm(), TrainingOptions.of(3, 10, 1));
        trainer.listen(new TrainingListener() {
            @Override
            public void onStep(TrainingProgress progress) {
                Thread.currentThread().interrupt();
            }

            @Override
            public void onEnd(TrainingResult result) {
                interruptedAtEnd.add(Thread.currentThread().isInterrupted());
            }
        });

        var result = trainer.fit(TRAIN, TEST);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(interruptedAtEnd).containsExactly(false);
        assertThat(result.stopped()).isTrue();
        assertThat(result.examples()).isEqualTo(10);
    }

    private static List<Double> curve(TrainingOptions options) {
        var epochs = new ArrayList<Double>();
        new Trainer(Quadrants.netWithBatchNorm(), options)
                .listen(new TrainingListener() {
                    @Override
                    public void onCurvePoint(CurvePoint point) {
                        epochs.add(point.epoch());
                    }
                })
                .fit(TRAIN, TEST);
        return epochs;
    }

    private static void sleep(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private record EventNames(List<String> events) implements TrainingListener {
        @Override
        public void onStart(TrainingProgress progress) {
            events.add("start");
        }

        @Override
        public void onStep(TrainingProgress progress) {
            events.add("step " + progress.epoch() + "." + progress.step());
        }

        @Override
        public void onCurvePoint(CurvePoint point) {
            events.add("point");
        }

        @Override
        public void onEvaluation(TrainingProgress progress) {
            events.add("test");
        }

        @Override
        public void onEpoch(EpochResult epoch) {
            events.add("epoch " + epoch.epoch());
        }

        @Override
        public void onEnd(TrainingResult result) {
            events.add("end");
        }
    }
}
