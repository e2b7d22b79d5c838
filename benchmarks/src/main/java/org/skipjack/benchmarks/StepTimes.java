package org.skipjack.benchmarks;

import java.util.Arrays;

/**
 * How long the timed steps of one side took.
 *
 * @param minMillis the fastest step
 * @param medianMillis the middle step; the upper one of two
 * @param p95Millis the step that 95 of 100 do not exceed, by nearest rank
 */
public record StepTimes(double minMillis, double medianMillis, double p95Millis) {
    private static final double NANOS_PER_MILLI = 1e6;

    /**
     * Sums up the durations, in any order.
     *
     * @throws IllegalArgumentException if there are none
     */
    public static StepTimes of(long[] nanos) {
        if (nanos.length == 0) {
            throw new IllegalArgumentException("no step was timed");
        }
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        int p95 = (int) Math.ceil(0.95 * sorted.length) - 1;
        return new StepTimes(
                sorted[0] / NANOS_PER_MILLI,
                sorted[sorted.length / 2] / NANOS_PER_MILLI,
                sorted[p95] / NANOS_PER_MILLI);
    }

    /** Rate of the median step. */
    public double imagesPerSecond(int batch) {
        return batch * 1e3 / medianMillis;
    }
}
