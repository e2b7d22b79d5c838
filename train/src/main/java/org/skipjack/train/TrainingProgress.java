package org.skipjack.train;

import java.util.List;

/**
 * Where a training stands: sums over the current epoch and over the whole training, in double precision.
 *
 * <p>One object lives as long as its training and changes with every step; a listener that wants to keep a figure copies
 * it. Times are elapsed times, which a change of the system's clock does not touch.
 */
public final class TrainingProgress {

    private static final double NANOS = 1e9;

    private final int epochs;
    private final int stepsPerEpoch;
    private int epoch = 1;
    private int step;
    private double lossSum;
    private double correct;
    private long examples;
    private long allExamples;
    private long stepNanos;
    private long allStepNanos;
    private final long startNanos = System.nanoTime();
    private long epochStartNanos = startNanos;
    private long stepStartNanos = startNanos;

    TrainingProgress(int epochs, int stepsPerEpoch) {
        this.epochs = epochs;
        this.stepsPerEpoch = stepsPerEpoch;
    }

    /** The current epoch, counted from 1. */
    public int epoch() {
        return epoch;
    }

    /** The number of epochs planned. */
    public int epochs() {
        return epochs;
    }

    /** Steps done in this epoch. */
    public int step() {
        return step;
    }

    /** Steps in each epoch. */
    public int stepsPerEpoch() {
        return stepsPerEpoch;
    }

    /** Examples trained on in this epoch. */
    public long examples() {
        return examples;
    }

    /** Examples trained on since the training began. */
    public long allExamples() {
        return allExamples;
    }

    /** Mean loss over this epoch's examples; NaN before the first step. */
    public double trainLoss() {
        return lossSum / examples;
    }

    /** Share of this epoch's examples that were classified correctly; NaN before the first step. */
    public double trainAccuracy() {
        return correct / examples;
    }

    /** Time spent in this epoch's steps, loading and evaluation excluded. */
    public double stepSeconds() {
        return stepNanos / NANOS;
    }

    /** Time spent in all steps, loading and evaluation excluded. */
    public double allStepSeconds() {
        return (allStepNanos + stepNanos) / NANOS;
    }

    /** Time since this epoch began. */
    public double epochSeconds() {
        return (System.nanoTime() - epochStartNanos) / NANOS;
    }

    /** Time since the training began. */
    public double seconds() {
        return (System.nanoTime() - startNanos) / NANOS;
    }

    void beginEpoch(int number) {
        epoch = number;
        step = 0;
        lossSum = 0;
        correct = 0;
        examples = 0;
        allStepNanos += stepNanos;
        stepNanos = 0;
        epochStartNanos = System.nanoTime();
    }

    void beginStep() {
        stepStartNanos = System.nanoTime();
    }

    /** Ends the step's time after its figures have been read, as the tutorial's timer does. */
    void endStep(double meanLoss, double numberCorrect, int size) {
        step++;
        lossSum += meanLoss * size;
        correct += numberCorrect;
        examples += size;
        allExamples += size;
        stepNanos += System.nanoTime() - stepStartNanos;
    }

    CurvePoint curvePoint() {
        return new CurvePoint(epoch - 1 + (double) step / stepsPerEpoch, trainLoss(), trainAccuracy());
    }

    EpochResult epochResult(Score score) {
        return new EpochResult(
                epoch,
                trainLoss(),
                trainAccuracy(),
                score.loss(),
                score.accuracy(),
                examples,
                stepSeconds(),
                epochSeconds());
    }

    TrainingResult result(List<EpochResult> results, String device) {
        return new TrainingResult(results, device, allExamples, allStepSeconds(), seconds(), results.size() < epochs);
    }
}
