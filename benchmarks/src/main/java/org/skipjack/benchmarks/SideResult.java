package org.skipjack.benchmarks;

/**
 * What one side of a comparison did.
 *
 * @param side its name
 * @param times of its timed steps
 * @param firstLoss loss of the problem's initial state
 * @param lastLoss loss of its last step; all sides take as many
 */
public record SideResult(String side, StepTimes times, float firstLoss, float lastLoss) {}
