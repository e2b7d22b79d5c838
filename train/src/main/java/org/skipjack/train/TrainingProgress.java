package org.skipjack.train;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Where a training stands: sums over the current epoch and over the whole training, in double precision, and
 * what it has come to so far.
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
    private long startNanos = System.nanoTime();
    private long epochStartNanos = startNanos;
    private long stepStartNanos = startNanos;
    private final List<CurvePoint> points = new ArrayList<>();
    private final List<EpochResult> completed = new ArrayList<>();

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

    /** Epochs that were trained through and tested; the last may be the current one. */
    public int completedEpochs() {
        return completed.size();
    }

    /** What each completed epoch came to; grows. */
    public List<EpochResult> results() {
        return Collections.unmodifiableList(completed);
    }

    /** The training curves so far; grows. */
    public List<CurvePoint> points() {
        return Collections.unmodifiableList(points);
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

    /** Time since this epoch began; the time between two processes of a resumed training does not count. */
    public double epochSeconds() {
        return (System.nanoTime() - epochStartNanos) / NANOS;
    }

    /** Time since the training began, counted likewise. */
    public double seconds() {
        return (System.nanoTime() - startNanos) / NANOS;
    }

    /** Where it stands now, as numbers to be kept. */
    public TrainingPosition position() {
        long now = System.nanoTime();
        return new TrainingPosition(
                epoch,
                step,
                lossSum,
                correct,
                examples,
                allExamples,
                stepNanos,
                allStepNanos,
                now - epochStartNanos,
                now - startNanos,
                points,
                completed);
    }

    /** Goes on from a position of an earlier process. */
    void resume(TrainingPosition position) {
        long now = System.nanoTime();
        epoch = position.epoch();
        step = position.step();
        lossSum = position.lossSum();
        correct = position.correct();
        examples = position.examples();
        allExamples = position.allExamples();
        stepNanos = position.stepNanos();
        allStepNanos = position.allStepNanos();
        epochStartNanos = now - position.epochNanos();
        startNanos = now - position.nanos();
        points.addAll(position.points());
        completed.addAll(position.epochs());
    }

    /** Begins an epoch, unless it is the current one and was resumed in its middle. */
    void beginEpoch(int number) {
        if (number == epoch && step > 0) {
            return;
        }
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

    CurvePoint endPoint() {
        var point = new CurvePoint(epoch - 1 + (double) step / stepsPerEpoch, trainLoss(), trainAccuracy());
        points.add(point);
        return point;
    }

    EpochResult endEpoch(Score score) {
        var result = new EpochResult(
                epoch,
                trainLoss(),
                trainAccuracy(),
                score.loss(),
                score.accuracy(),
                examples,
                stepSeconds(),
                epochSeconds());
        completed.add(result);
        return result;
    }

    TrainingResult result(String device) {
        boolean stopped = completed.size() < epochs;
        return new TrainingResult(completed, device, allExamples, allStepSeconds(), seconds(), stopped);
    }
}
