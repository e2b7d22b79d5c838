package org.skipjack.train;

import java.util.List;

/**
 * Where a training stands, as numbers that can be kept and gone on from.
 *
 * @param epoch the current epoch, counted from 1
 * @param step steps done in it
 * @param lossSum sum of the losses of its examples so far
 * @param correct how many of them were classified correctly
 * @param examples how many they are
 * @param allExamples examples trained on since the training began
 * @param stepNanos time in this epoch's steps
 * @param allStepNanos time in the steps of the epochs before it
 * @param epochNanos time since this epoch began, pauses between two processes left out
 * @param nanos time since the training began, pauses left out
 * @param points the training curves so far
 * @param epochs the completed epochs
 */
public record TrainingPosition(
        int epoch,
        int step,
        double lossSum,
        double correct,
        long examples,
        long allExamples,
        long stepNanos,
        long allStepNanos,
        long epochNanos,
        long nanos,
        List<CurvePoint> points,
        List<EpochResult> epochs) {

    /** Copies the lists. */
    public TrainingPosition {
        points = List.copyOf(points);
        epochs = List.copyOf(epochs);
    }

    /** Completed epochs: trained through and tested. */
    public int completedEpochs() {
        return epochs.size();
    }

    /** Steps done since the last completed epoch. */
    public int stepsIntoEpoch() {
        return epoch > epochs.size() ? step : 0;
    }
}
