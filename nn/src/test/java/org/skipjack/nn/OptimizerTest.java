package org.skipjack.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.skipjack.core.Device;
import org.skipjack.core.Parameter;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;

/** Steps, learning rate and state, on losses whose gradients are whole numbers. */
class OptimizerTest {
    private static Parameter parameter(String name, float... values) {
        var parameter = new Parameter(name, Shape.of(values.length));
        parameter.assign(values);
        parameter.to(Device.reference());
        return parameter;
    }

    /** {@code ½ Σ p²}: the gradient is p itself. */
    private static Tensor half(Parameter p) {
        return p.square().sum().mul(0.5f);
    }

    @Test
    void tellsTheLossOfBeforeTheUpdateAndWhatElseWasAskedFor() {
        Parameter p = parameter("p", 2, 4);
        Tensor loss = half(p);
        Tensor doubled = p.mul(2);
        new Sgd(List.of(p), 0.5f).minimize(loss, doubled);
        assertThat(loss.item()).isEqualTo(10);
        assertThat(doubled.toFloatArray()).containsExactly(4, 8);
        assertThat(p.toFloatArray()).containsExactly(1, 2);
    }

    @Test
    void changesTheLearningRateWithoutANewPlan() {
        Parameter p = parameter("p", 8);
        var sgd = new Sgd(List.of(p), 0.5f);
        var plan = sgd.step().plan(half(p));
        sgd.minimize(half(p));
        sgd.setLearningRate(0.25f);
        sgd.minimize(half(p));
        assertThat(p.toFloatArray()).containsExactly(3);
        assertThat(sgd.learningRate()).isEqualTo(0.25f);
        assertThat(sgd.step().plan(half(p))).isSameAs(plan);
    }

    @Test
    void goesOnTheSameWayFromItsSavedState() {
        Parameter p = parameter("0.weight", 8, -4);
        var options = Sgd.options().momentum(0.5f).weightDecay(0.25f).nesterov(true);
        var sgd = new Sgd(List.of(p), 0.5f, options);
        sgd.minimize(half(p));
        Parameter q = parameter("0.weight", p.toFloatArray());
        var resumed = new Sgd(List.of(q), 0.125f, options);
        resumed.loadStateDict(sgd.stateDict());
        assertThat(resumed.stateDict().keySet()).containsExactly("learning_rate", "0.weight.momentum_buffer");
        sgd.minimize(half(p));
        resumed.minimize(half(q));
        assertThat(q.toFloatArray()).isEqualTo(p.toFloatArray());
    }

    @Test
    void leavesAParameterAloneThatTheLossDoesNotDependOn() {
        Parameter p = parameter("p", 8);
        Parameter other = parameter("other", 3);
        new Sgd(List.of(p, other), 0.5f).minimize(half(p));
        assertThat(other.toFloatArray()).containsExactly(3);
    }

    @Test
    void refusesWhatCannotBeOptimised() {
        Parameter p = parameter("p", 1);
        assertThatThrownBy(() -> new Sgd(List.of(), 0.1f)).hasMessageContaining("empty parameter list");
        assertThatThrownBy(() -> new Sgd(List.of(p), -1)).hasMessageContaining("invalid learning rate: -1.0");
        assertThatThrownBy(() -> new Sgd(List.of(p), 1).setLearningRate(Float.NaN))
                .hasMessageContaining("invalid learning rate: NaN");
        assertThatThrownBy(() -> Sgd.options().nesterov(true)).hasMessageContaining("requires a momentum");
        assertThatThrownBy(() -> Sgd.options().momentum(-0.1f)).hasMessageContaining("got momentum -0.1");
        var options = Sgd.options().momentum(0.9f);
        assertThatThrownBy(() -> new Sgd(List.of(p, parameter("p", 2)), 1, options))
                .hasMessageContaining("two parameters named p");
        var sgd = new Sgd(List.of(p), 1, options);
        assertThatThrownBy(() -> sgd.loadStateDict(Map.of("learning_rate", Tensor.scalar(1))))
                .isInstanceOf(StateDictException.class)
                .hasMessageContaining("for Sgd: Missing key(s) in state_dict: \"p.momentum_buffer\"");
    }
}
