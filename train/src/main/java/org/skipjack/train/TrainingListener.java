package org.skipjack.train;

import java.util.function.Supplier;

/**
 * Is told how a training goes, on the training thread and outside the timed part of a step.
 *
 * <p>In order: {@link #onStart} once; for each epoch {@link #onStep} after every step, {@link #onCurvePoint} about five
 * times, {@link #onEvaluation} and {@link #onEpoch}; {@link #onEnd} once. {@link #onResumable} comes after each of onStart,
 * onStep and onEpoch, once everything else has been told of them. When a training fails with an exception, nothing
 * further is called; when it is stopped, the epoch it was in has no {@link #onEpoch}, and {@link #onEnd} follows.
 */
public interface TrainingListener {

    /** The first step is about to run. */
    default void onStart(TrainingProgress progress) {}

    /** A step is done. The progress is live: it is the same object each time. */
    default void onStep(TrainingProgress progress) {}

    /** A fifth of an epoch is done; with fewer than five steps an epoch, each of them counts. */
    default void onCurvePoint(CurvePoint point) {}

    /** The steps of an epoch are done and the test examples are about to be classified. */
    default void onEvaluation(TrainingProgress progress) {}

    /** An epoch is done and the model has been tested. */
    default void onEpoch(EpochResult epoch) {}

    /**
     * The training stands at a point from which it can be resumed: before its first step, after a step, or after a test.
     *
     * @param progress live, as in {@link #onStep}
     * @param state gives the state; its tensors are the training's own and change with the next step
     */
    default void onResumable(TrainingProgress progress, Supplier<TrainingState> state) {}

    /** The training is over: all epochs are done, or it was stopped. */
    default void onEnd(TrainingResult result) {}
}
