package org.skipjack.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
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
        List<SideResult> results =
                new AlternatingRun(Duration.ZERO, new Pace(2, 10), 15).run(List.of(a, b), PROBLEM, 1);

        assertThat(turns).as("check, two turns").containsExactly("a", "b", "a", "b", "a", "b");
        assertThat(a.steps).as("since the restart").isEqualTo(b.steps).isEqualTo(2 + 10 + 2 + 5);
        assertThat(results).extracting(SideResult::side).containsExactly(a, b);
        assertThat(results).extracting(SideResult::firstLoss).containsOnly(2.5f);
        assertThat(results).extracting(SideResult::lastLoss).containsOnly(1f / a.steps);
        assertThat(closed).isEqualTo(2);
    }

    @Test
    void aFirstLossThatDiffersIsNotTimed() {
        var sides = List.of(new Side("a", 2.5f, 2.25f), new Side("b", 2.5003f, 2.25f));
        assertThatThrownBy(() -> SHORT.run(sides, PROBLEM, 1))
                .isInstanceOf(ResultsDifferException.class)
                .hasMessage("refusing to compare: in step 1 the loss of \"b\" is 2.5003 and that of \"a\" is 2.5,"
                        + " more than 1.0E-4 apart relatively");
        assertThat(closed).isEqualTo(2);
    }

    @Test
    void bfloat16HasALooserToleranceThatStillRefusesAnotherNet() throws InterruptedException {
        var float32 = new Side("a", 2.5f, 2.25f);
        var rounded = new Side("b, bf16", 2.51f, 2.2f);
        assertThat(SHORT.run(List.of(float32, rounded), PROBLEM, 1)).hasSize(2);
        var other = List.of(new Side("a", 2.5f, 2.25f), new Side("b, bf16", 2.7f, 2.25f));
        assertThatThrownBy(() -> SHORT.run(other, PROBLEM, 1)).isInstanceOf(ResultsDifferException.class);
    }

    @Test
    void aWrongUpdateIsNotTimed() {
        var sides = List.of(new Side("a", 2.5f, 2.25f), new Side("b", 2.5f, Float.NaN));
        assertThatThrownBy(() -> SHORT.run(sides, PROBLEM, 1))
                .isInstanceOf(ResultsDifferException.class)
                .hasMessageContaining("in step 2");
    }

    /** A side without a net: its first losses are given, later ones fall with the number of steps. */
    private final class Side implements Bench, Bench.Session {
        private final String name;
        private final float[] losses;
        private int steps;
        private int checked;

        Side(String name, float... losses) {
            this.name = name;
            this.losses = losses;
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
            return this;
        }

        @Override
        public void resume() {
            turns.add(name);
        }

        @Override
        public void restart() {
            assertThat(steps).as("steps before the restart").isEqualTo(3);
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
