package org.skipjack.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PyTorchSessionTest {
    @Test
    void trainsFromTheProblemsWeightsAndTheSameAgainAfterARestart() throws InterruptedException {
        Optional<PyTorch> found = PyTorch.find(PyTorch.USUAL_PLACES);
        assumeTrue(found.isPresent(), "no Python here has PyTorch");
        float loss = Trajectory.floats("losses64")[0];
        for (PyTorchBench side : PyTorchBench.all(found.orElseThrow(), Trajectory.problem())) {
            try (var session = side.prepare(Trajectory.problem(), 2)) {
                var nanos = new long[4];
                session.time(nanos, 1, 3);
                assertThat(nanos[0]).isZero();
                assertThat(nanos[1]).isPositive();
                assertThat(nanos[2]).isPositive();
                assertThat(nanos[3]).isZero();
                assertThat(session.lossOfLastStep()).isLessThan(loss);

                session.restart();
                session.step();
                assertThat(session.lossOfLastStep()).as(side.name()).isCloseTo(loss, within(loss * 1e-6f));
            }
        }
    }

    @Test
    void aPythonThatIsNotThereOrHasNoPyTorchIsNotFound() throws InterruptedException {
        assertThat(PyTorch.find(List.of("no-such-python", "false"))).isEmpty();
    }
}
