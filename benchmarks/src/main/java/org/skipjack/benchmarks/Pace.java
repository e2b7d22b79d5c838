package org.skipjack.benchmarks;

/**
 * How long a turn is.
 *
 * @param leadIn untimed steps at its start: threads wake up, and caches that another side has used are refilled
 * @param timed steps after those
 */
public record Pace(int leadIn, int timed) {
    /** For steps of some milliseconds. */
    public static final Pace SHORT_STEPS = new Pace(10, 20);

    /** For steps of a tenth of a second and more, which fill caches themselves. */
    public static final Pace LONG_STEPS = new Pace(1, 3);

    /** ResNet-18 classifies an image in some milliseconds. */
    private static final int SMALL_BATCH = 8;

    /** The one that suits the problem's steps. */
    public static Pace of(Problem problem) {
        return problem.net() == Net.LENET_BN || problem.batch() < SMALL_BATCH ? SHORT_STEPS : LONG_STEPS;
    }
}
