package org.skipjack.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class AlternatingRunTest {
    private static final Problem PROBLEM = Problem.random(Net.LENET_BN, Task.TRAINING, 2, 28, 0);

    private static final AlternatingRun SHORT = new AlternatingRun(Duration.ZERO, new Pace(2, 10), 1);

    private final List<String> turns = new ArrayList<>();
    private int closed;

    @Test
    void sidesTakeTurnsAndAsManySteps() throws InterruptedException {
        var a = new Side("a", 2.5f, 2.25f);
        var b = new Side("b", 2.5f, 2.25f);
        List<SideResult> results = new AlternatingRun(Duration.ZERO, new Pace(2, 10), 15)
                .run(List.of(a, b), PROBLEM, 1)
                .results();

        assertThat(turns).as("check, two turns").containsExactly("a", "b", "a", "b", "a", "b");
        assertThat(a.steps).as("since the restart").isEqualTo(b.steps).isEqualTo(2 + 10 + 2 + 5);
        assertThat(results).extracting(SideResult::side).containsExactly(a, b);
        assertThat(results).extracting(SideResult::firstLoss).containsOnly(2.5f);
        assertThat(results).extracting(SideResult::lastLoss).containsOnly(1f / a.steps);
        assertThat(closed).isEqualTo(2);
    }

    @Test
    void aFirstLossThatDiffersIsNotTimed() throws InterruptedException {
        var a = new Side("a", 2.5f, 2.25f);
        var b = new Side("b", 2.5003f, 2.25f);
        var comparison = SHORT.run(List.of(a, b), PROBLEM, 1);
        assertThat(comparison.results()).extracting(SideResult::side).containsExactly(a);
        assertThat(comparison.leftOut())
                .containsExactly(
                        new LeftOut(
                                b,
                                "in step 1 the loss of \"b\" is 2.5003 and that of \"a\" is 2.5, more than 1.0E-4 apart relatively"));
        assertThat(turns).containsExactly("a", "b", "a");
        assertThat(closed).isEqualTo(2);
    }

    @Test
    void aSideThatFailsIsLeftOutAndTheOthersGoOn() throws InterruptedException {
        for (Fails where : EnumSet.complementOf(EnumSet.of(Fails.NEVER))) {
            turns.clear();
            closed = 0;
            var a = new Side("a", 2.5f, 2.25f);
            var c = new Side("c", 2.5f, 2.25f);
            var comparison = SHORT.run(List.of(a, new Side("b", where, false, 2.5f, 2.25f), c), PROBLEM, 1);
            assertThat(comparison.results()).extracting(SideResult::side).containsExactly(a, c);
            assertThat(comparison.leftOut()).extracting(LeftOut::reason).containsExactly("fails in " + where);
            assertThat(closed).as("sessions, %s", where).isEqualTo(where == Fails.PREPARE ? 2 : 3);
        }
    }

    @Test
    void aSideThatTheComparisonIsAboutEndsItWhenItFails() {
        for (Fails where : EnumSet.complementOf(EnumSet.of(Fails.NEVER))) {
            closed = 0;
            var sides = List.of(new Side("b", where, true, 2.5f, 2.25f), new Side("a", 2.5f, 2.25f));
            assertThatThrownBy(() -> SHORT.run(sides, PROBLEM, 1)).hasMessage("fails in " + where);
            assertThat(closed).as("sessions, %s", where).isLessThanOrEqualTo(2);
        }
        var nan = List.of(new Side("nan", Fails.NEVER, true, Float.NaN, Float.NaN));
        assertThatThrownBy(() -> SHORT.run(nan, PROBLEM, 1)).isInstanceOf(ResultsDifferException.class);
    }

    @Test
    void bfloat16HasALooserToleranceThatStillRefusesAnotherNet() throws InterruptedException {
        var float32 = new Side("a", 2.5f, 2.25f);
        var rounded = new Side("b, bf16", 2.51f, 2.2f);
        assertThat(SHORT.run(List.of(float32, rounded), PROBLEM, 1).results()).hasSize(2);
        var other = List.of(new Side("a", 2.5f, 2.25f), new Side("b, bf16", 2.7f, 2.25f));
        assertThat(SHORT.run(other, PROBLEM, 1).leftOut()).hasSize(1);
    }

    @Test
    void aWrongUpdateIsNotTimed() throws InterruptedException {
        var sides = List.of(new Side("a", 2.5f, 2.25f), new Side("b", 2.5f, Float.NaN));
        assertThat(SHORT.run(sides, PROBLEM, 1).leftOut())
                .singleElement()
                .satisfies(left -> assertThat(left.reason()).startsWith("in step 2 the loss of \"b\" is NaN"));
    }

    private enum Fails {
        PREPARE,
        CHECK,
        WARM_UP,
        TURN,
        NEVER
    }

    /** A side without a net: its first losses are given, later ones fall with the number of steps. */
    private final class Side implements Bench, Bench.Session {
        private final String name;
        private final Fails fails;
        private final boolean required;
        private final float[] losses;
        private int steps;
        private int checked;

        Side(String name, float... losses) {
            this(name, Fails.NEVER, false, losses);
        }

        Side(String name, Fails fails, boolean required, float... losses) {
            this.name = name;
            this.fails = fails;
            this.required = required;
            this.losses = losses;
        }

        private void failIn(Fails place) {
            if (fails == place) {
                throw new IllegalStateException("fails in " + place);
            }
        }

        @Override
        public boolean required() {
            return required;
        }

        @Override
        public String system() {
            return name;
        }

        @Override
        public boolean asItComes() {
            return true;
        }

        @Override
        public boolean bfloat16() {
            return name.endsWith("bf16");
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Session prepare(Problem problem, int threads) {
            failIn(Fails.PREPARE);
            return this;
        }

        @Override
        public void resume() {
            turns.add(name);
            failIn(turns.indexOf(name) == turns.lastIndexOf(name) ? Fails.CHECK : Fails.TURN);
        }

        @Override
        public void restart() {
            assertThat(steps).as("steps before the restart").isEqualTo(3);
            failIn(Fails.WARM_UP);
            steps = 0;
        }

        @Override
        public void step() {
            steps++;
        }

        @Override
        public float lossOfLastStep() {
            return checked++ < losses.length ? losses[steps - 1] : 1f / steps;
        }

        @Override
        public void close() {
            closed++;
        }
    }
}
