package org.skipjack.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The peer beside what PyTorch computed in double precision from the same weights and data: core's fixture. */
class LibTorchSessionTest {
    /**
     * Of a gradient, as a share of the largest element. Five times what was seen, which was the bias of the first
     * convolution: batch norm takes its effect away, so that its 32 * 24 * 24 summands cancel and leave their rounding.
     */
    private static final double ROUNDING = 5e-5;

    @ParameterizedTest
    @MethodSource("settings")
    void theFirstStepHasTheLossAndTheGradientOfPyTorch(LibTorchSetting setting) {
        Problem problem = Trajectory.problem();
        try (LibTorchSession peer = setting.prepare(problem, 2)) {
            peer.resume();
            peer.step();

            float loss = Trajectory.floats("losses64")[0];
            assertThat(peer.lossOfLastStep()).isCloseTo(loss, within(loss * 1e-6f));
            Map<String, float[]> after = peer.state();
            problem.state().forEach((name, before) -> {
                if (!name.contains("running")) {
                    float[] gradient = Trajectory.floats("gradient64/" + name);
                    assertMoved(name, before, after.get(name), gradient);
                }
            });
        }
    }

    /** With a learning rate of 1, a step subtracts the gradient. */
    private static void assertMoved(String name, float[] before, float[] after, float[] gradient) {
        float largest = 0;
        for (int i = 0; i < gradient.length; i++) {
            largest = Math.max(largest, Math.max(Math.abs(gradient[i]), Math.abs(before[i])));
        }
        for (int i = 0; i < gradient.length; i++) {
            assertThat((double) before[i] - after[i])
                    .as("gradient of %s at %d", name, i)
                    .isCloseTo(gradient[i], within(ROUNDING * largest));
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void aStateThatIsLoadedIsTheStateThatIsThere(LibTorchSetting setting) {
        Problem problem = Problem.random(Net.RESNET18, Task.TRAINING, 2, 32, 1);
        try (LibTorchSession peer = setting.prepare(problem, 1)) {
            peer.resume();
            peer.step();
            peer.load(problem.state());
            Map<String, float[]> state = peer.state();
            assertThat(state.keySet()).isEqualTo(problem.state().keySet());
            problem.state()
                    .forEach((name, values) ->
                            assertThat(state.get(name)).as(name).isEqualTo(values));
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void aStateThatDoesNotFitIsRefused(LibTorchSetting setting) {
        Problem problem = Problem.random(Net.LENET_BN, Task.TRAINING, 4, 28, 1);
        try (LibTorchSession peer = setting.prepare(problem, 1)) {
            var incomplete = new LinkedHashMap<>(problem.state());
            incomplete.remove("13.running_var");
            assertThatThrownBy(() -> peer.load(incomplete))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("13.running_var");

            var misshapen = new LinkedHashMap<>(problem.state());
            misshapen.put("15.bias", new float[9]);
            assertThatThrownBy(() -> peer.load(misshapen))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("15.bias to load has 9 elements, the net's has 10");
        }
    }

    static Iterable<LibTorchSetting> settings() {
        return LibTorchSetting.ALL;
    }
}
