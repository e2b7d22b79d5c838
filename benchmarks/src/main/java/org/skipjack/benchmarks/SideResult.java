package org.skipjack.benchmarks;

/**
 * What one side of a comparison did.
 *
 * @param side the system in its setting
 * @param times of its timed steps
 * @param firstLoss loss of the problem's initial state
 * @param lastLoss loss of its last step; all sides take as many steps from the same state
 */
public record SideResult(TrainingBench side, StepTimes times, float firstLoss, float lastLoss) {}
