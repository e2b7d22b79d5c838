package org.skipjack.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Lets the sides of a comparison take turns, A B C A B C, so that a machine that slows down or gets busy hits all of them.
 *
 * <p>One side after the other is prepared, checked and warmed up. The check: the first steps' losses must agree with those of
 * the first side. In training the first covers the forward pass, the second also gradients, batch statistics and update. A
 * side that is warm starts again from the problem's state.
 *
 * <p>A side that fails is left out, and the others go on without it; only a {@linkplain Bench#required() required} one ends
 * the comparison.
 *
 * @param warmUp round of untimed steps before: each side has two, and more of them, {@value #MOST_ROUNDS} at most, as long
 *     as its fastest step gets faster. Java's compiler needs seconds, native code a few steps
 * @param pace length of a turn
 * @param timedSteps of each side
 */
public record AlternatingRun(Duration warmUp, Pace pace, int timedSteps) {
    private static final int CHECKED_STEPS = 2;

    private static final int MOST_ROUNDS = 10;

    /** Share of the fastest step before that counts as faster. */
    private static final double FASTER = 0.97;

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
     * Sets each side to the problem.
     *
     * @param sides in the order in which they are prepared; one that tells its process's memory stands before others that
     *     would live in the same process
     * @param threads that each side may use
     * @return one result for each side that went through, and why others did not
     * @throws InterruptedException if the thread is interrupted between two turns
     */
    public Comparison run(List<? extends Bench> sides, Problem problem, int threads) throws InterruptedException {
        var players = new ArrayList<Player>();
        var results = new ArrayList<SideResult>();
        var leftOut = new ArrayList<LeftOut>();
        try {
            for (Bench side : sides) {
                rest();
                try {
                    players.add(new Player(side, side.prepare(problem, threads), timedSteps));
                } catch (RuntimeException | LinkageError failure) {
                    if (side.required()) {
                        throw failure;
                    }
                    leftOut.add(LeftOut.of(side, failure));
                    continue;
                }
                letPlay(players.getLast(), players, leftOut, player -> {
                    player.check();
                    requireEqualLosses(players.getFirst(), player, problem.net());
                    player.warmUp(warmUp);
                });
            }
            for (int done = 0; done < timedSteps; done += pace.timed()) {
                int steps = Math.min(pace.timed(), timedSteps - done);
                for (Player next : List.copyOf(players)) {
                    rest();
                    letPlay(next, players, leftOut, player -> player.turn(pace.leadIn(), steps));
                }
            }
            for (Player next : List.copyOf(players)) {
                letPlay(next, players, leftOut, player -> results.add(player.result()));
            }
            return new Comparison(results, leftOut);
        } finally {
            players.forEach(player -> player.session.close());
        }
    }

    /** Takes a side that fails out of the game. */
    private static void letPlay(Player player, List<Player> players, List<LeftOut> leftOut, Consumer<Player> move) {
        try {
            move.accept(player);
        } catch (RuntimeException | LinkageError failure) {
            if (player.side.required()) {
                throw failure;
            }
            leftOut.add(LeftOut.of(player.side, failure));
            players.remove(player);
            player.session.close();
        }
    }

    private static void rest() throws InterruptedException {
        Thread.sleep(REST_MILLIS);
    }

    private static void requireEqualLosses(Player expected, Player actual, Net net) {
        double tolerance = net.tolerance(expected.side.bfloat16() || actual.side.bfloat16());
        for (int step = 0; step < CHECKED_STEPS; step++) {
            float e = expected.checkedLosses[step];
            float a = actual.checkedLosses[step];
            // Negated, so that NaN fails too.
            if (!(Math.abs(a - e) <= tolerance * Math.abs(e))) {
                throw new ResultsDifferException(step + 1, actual.side.name(), a, expected.side.name(), e, tolerance);
            }
        }
    }

    private static final class Player {
        private final Bench side;
        private final Bench.Session session;
        private final float[] checkedLosses = new float[CHECKED_STEPS];
        private final long[] nanos;
        private int timed;
        private OptionalLong residentBytes = OptionalLong.empty();

        Player(Bench side, Bench.Session session, int timedSteps) {
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

        void warmUp(Duration round) {
            long fastest = fastestStep(round);
            for (int rounds = 1; rounds < MOST_ROUNDS && !round.isZero(); rounds++) {
                long before = fastest;
                fastest = Math.min(before, fastestStep(round));
                if (fastest > FASTER * before) {
                    break;
                }
            }
            residentBytes = session.residentBytes();
            session.restart();
        }

        /** Nanoseconds of the fastest of the steps that such a time has room for, at least one. */
        private long fastestStep(Duration duration) {
            var step = new long[1];
            long fastest = Long.MAX_VALUE;
            long start = System.nanoTime();
            do {
                session.time(step, 0, 1);
                fastest = Math.min(fastest, step[0]);
            } while (System.nanoTime() - start < duration.toNanos());
            return fastest;
        }

        void turn(int leadIn, int steps) {
            session.resume();
            for (int step = 0; step < leadIn; step++) {
                session.step();
            }
            session.time(nanos, timed, timed + steps);
            timed += steps;
        }

        SideResult result() {
            return new SideResult(
                    side,
                    StepTimes.of(nanos),
                    checkedLosses[0],
                    session.lossOfLastStep(),
                    session.plannedBytes(),
                    residentBytes);
        }
    }
}
