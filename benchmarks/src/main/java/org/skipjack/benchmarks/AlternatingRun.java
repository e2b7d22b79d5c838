package org.skipjack.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Lets the sides of a comparison take turns, A B C A B C, so that a machine that slows down or gets busy hits all of them.
 *
 * <p>The result is checked before it is timed: the first steps' losses must agree. The first covers the forward pass, the
 * second also gradients, batch statistics and update. Then each side warms up, and starts again from the problem's state.
 *
 * @param warmUp how long each side takes untimed steps: Java's compiler needs seconds, native code a few steps
 * @param timedSteps of each side
 */
public record AlternatingRun(Duration warmUp, int timedSteps) {

    /** Largest relative difference of losses; rounding alone gives about 1e-7 in the first step and 1e-6 in the second. */
    public static final double LOSS_TOLERANCE = 1e-4;

    private static final int CHECKED_STEPS = 2;

    private static final int STEPS_OF_A_TURN = 10;

    /** Untimed steps at the start of a turn, which refill the caches that another side has used. */
    private static final int LEAD_IN_STEPS = 2;

    /** OpenBLAS's idle workers spin for 2^26 cycles, about 20 ms, and OpenMP's for less: let them fall asleep. */
    private static final int REST_MILLIS = 50;

    /**
     * Checks the number of steps.
     *
     * @throws IllegalArgumentException if no step is timed
     */
    public AlternatingRun {
        if (timedSteps < 1) {
            throw new IllegalArgumentException("a comparison needs at least 1 timed step, not " + timedSteps);
        }
    }

    /**
     * Trains each side on the problem.
     *
     * @param threads that each side may use
     * @return one result a side, in the order of the sides
     * @throws ResultsDifferException if the losses of the first steps differ
     * @throws InterruptedException if the thread is interrupted between two turns
     */
    public List<SideResult> run(List<? extends TrainingBench> sides, TrainingProblem problem, int threads)
            throws InterruptedException {
        var players = new ArrayList<Player>();
        try {
            for (TrainingBench side : sides) {
                players.add(new Player(side, side.prepare(problem, threads), timedSteps));
            }
            for (Player player : players) {
                player.check();
                requireEqualLosses(players.getFirst(), player);
            }
            for (Player player : players) {
                rest();
                player.warmUp(warmUp);
            }
            for (int done = 0; done < timedSteps; done += STEPS_OF_A_TURN) {
                for (Player player : players) {
                    rest();
                    player.turn(Math.min(STEPS_OF_A_TURN, timedSteps - done));
                }
            }
            return players.stream().map(Player::result).toList();
        } finally {
            players.forEach(player -> player.session.close());
        }
    }

    private static void rest() throws InterruptedException {
        Thread.sleep(REST_MILLIS);
    }

    private static void requireEqualLosses(Player expected, Player actual) {
        for (int step = 0; step < CHECKED_STEPS; step++) {
            float e = expected.checkedLosses[step];
            float a = actual.checkedLosses[step];
            // Negated, so that NaN fails too.
            if (!(Math.abs(a - e) <= LOSS_TOLERANCE * Math.abs(e))) {
                throw new ResultsDifferException(
                        step + 1, actual.side.name(), a, expected.side.name(), e, LOSS_TOLERANCE);
            }
        }
    }

    private static final class Player {
        private final TrainingBench side;
        private final TrainingBench.Session session;
        private final float[] checkedLosses = new float[CHECKED_STEPS];
        private final long[] nanos;
        private int timed;

        Player(TrainingBench side, TrainingBench.Session session, int timedSteps) {
            this.side = side;
            this.session = session;
            this.nanos = new long[timedSteps];
        }

        void check() {
            session.resume();
            for (int step = 0; step < CHECKED_STEPS; step++) {
                session.step();
                checkedLosses[step] = session.lossOfLastStep();
            }
        }

        void warmUp(Duration duration) {
            session.resume();
            long start = System.nanoTime();
            do {
                session.step();
            } while (System.nanoTime() - start < duration.toNanos());
            session.restart();
        }

        void turn(int steps) {
            session.resume();
            for (int step = 0; step < LEAD_IN_STEPS; step++) {
                session.step();
            }
            session.time(nanos, timed, timed + steps);
            timed += steps;
        }

        SideResult result() {
            return new SideResult(side, StepTimes.of(nanos), checkedLosses[0], session.lossOfLastStep());
        }
    }
}
