package org.skipjack.benchmarks;

import java.util.OptionalLong;

/**
 * What one side of a comparison did.
 *
 * @param side the system in its setting
 * @param times of its timed steps
 * @param firstLoss loss of the problem's initial state
 * @param lastLoss loss of its last step; all sides take as many steps from the same state
 * @param plannedBytes as {@link Bench.Session#plannedBytes} says
 * @param residentBytes as {@link Bench.Session#residentBytes} says after the warm-up
 */
public record SideResult(
        Bench side,
        StepTimes times,
        float firstLoss,
        float lastLoss,
        OptionalLong plannedBytes,
        OptionalLong residentBytes) {}
