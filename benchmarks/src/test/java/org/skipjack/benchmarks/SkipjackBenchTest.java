package org.skipjack.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.skipjack.nn.StateDictException;

class SkipjackBenchTest {
    @Test
    void trainsFromTheProblemsWeightsAndTheSameAgainAfterARestart() {
        try (var session = new SkipjackBench().prepare(Trajectory.problem(), 2)) {
            session.step();
            float loss = Trajectory.floats("losses64")[0];
            assertThat(session.lossOfLastStep()).isCloseTo(loss, within(loss * 1e-6f));
            session.step();
            float second = session.lossOfLastStep();
            assertThat(second).isLessThan(loss);

            session.restart();
            session.step();
            assertThat(session.lossOfLastStep()).isCloseTo(loss, within(loss * 1e-6f));
            session.step();
            assertThat(session.lossOfLastStep()).isEqualTo(second);
        }
    }

    @Test
    void weightsThatDoNotFitAreRefused() {
        Problem problem = Problem.random(Net.LENET_BN, Task.TRAINING, 4, 28, 0);
        Map<String, float[]> state = new LinkedHashMap<>(problem.state());
        state.put("0.weight", new float[7]);
        state.remove("15.bias");
        var unfit = new Problem(Net.LENET_BN, Task.TRAINING, 28, problem.images(), problem.labels(), state);
        var side = new SkipjackBench();
        assertThatThrownBy(() -> side.prepare(unfit, 1))
                .isInstanceOf(StateDictException.class)
                .hasMessageContaining("0.weight")
                .hasMessageContaining("15.bias");
    }
}
