package org.skipjack.nn.models;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skipjack.core.Device;
import org.skipjack.core.GradientCheck;
import org.skipjack.nn.Init;
import org.skipjack.nn.Module;
import org.skipjack.nn.ModuleGradientCheck;
import org.skipjack.nn.TestData;

/** Gradients of whole nets against central differences: what the layers' own tests cannot see is how they are joined. */
class ModelGradientsTest {
    private static final int ELEMENTS = 6;

    @ParameterizedTest
    @CsvSource({"lenet, true", "lenet-bn, true", "lenet-bn, false"})
    void agreeWithCentralDifferences(String model, boolean training) {
        Module net = Models.find(model).create(1, 10, Init.generator(8)).to(Device.reference());
        net.train(training);
        var settings = GradientCheck.standard().withSample(ELEMENTS);
        var result = ModuleGradientCheck.check(settings, net, TestData.normal(9, 3, 1, 28, 28));
        assertThat(result.deviations())
                .hasSizeGreaterThan(ELEMENTS * net.parameters().size());
        result.orThrow();
    }
}
