package org.skipjack.nn;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.skipjack.core.Device;
import org.skipjack.core.Parameter;
import org.skipjack.core.Tensor;

/** Five steps with given gradients against PyTorch in double precision. */
class SgdFixturesTest {
    private static final Fixtures SGD = Fixtures.load("optim_sgd");
    private static final int STEPS = 5;

    static Stream<String> rules() {
        return SGD.cases("p0").stream().filter(name -> Double.parseDouble(SGD.argument(name, "dampening")) == 0);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void walksAsPyTorch(String name) {
        Tensor start = SGD.tensor(name + "/p0");
        var parameter = new Parameter("p", start.shape());
        parameter.assign(start.toFloatArray());
        parameter.to(Device.reference());
        var options = Sgd.options()
                .momentum(Float.parseFloat(SGD.argument(name, "momentum")))
                .weightDecay(Float.parseFloat(SGD.argument(name, "weight_decay")))
                .nesterov(Boolean.parseBoolean(SGD.argument(name, "nesterov")));
        var sgd = new Sgd(List.of(parameter), Float.parseFloat(SGD.argument(name, "lr")), options);
        float[] gradients = SGD.tensor(name + "/g").toFloatArray();
        double[] expected = SGD.values(name + "/p64");
        int n = start.shape().elements();
        for (int step = 0; step < STEPS; step++) {
            Tensor gradient = Tensor.wrap(
                    Arrays.copyOfRange(gradients, step * n, (step + 1) * n),
                    start.shape().dims());
            // The gradient of Σ p g is g.
            sgd.minimize(parameter.mul(gradient).sum());
            // Parameter and velocity are rounded to floats at each step, 6e-8 each, and the rate is one: 2e-7 a step.
            LayerFixturesTest.assertClose(
                    name + " after step " + step,
                    LayerFixturesTest.widen(parameter.toFloatArray()),
                    Arrays.copyOfRange(expected, step * n, (step + 1) * n),
                    2e-7 * (step + 1));
        }
    }
}
