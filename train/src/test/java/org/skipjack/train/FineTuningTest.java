package org.skipjack.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skipjack.core.Parameter;
import org.skipjack.core.Tensor;
import org.skipjack.nn.CrossEntropyLoss;
import org.skipjack.nn.Init;
import org.skipjack.nn.Module;
import org.skipjack.nn.ParameterGroup;
import org.skipjack.nn.Sgd;
import org.skipjack.nn.models.ResNet;

/** Which parameters and statistics move, and by how much, in a small net on the double-precision reference. */
class FineTuningTest {

    private static final float[] IMAGES = images();

    private static float[] images() {
        var random = Init.generator(3);
        var pixels = new float[4 * 16];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = random.nextFloat();
        }
        return pixels;
    }

    /** One step; the largest change of each saved variable by name. */
    private static Map<String, Float> changes(Module net, FineTuning tuning, float rate) {
        var before = new TreeMap<String, float[]>();
        net.stateDict().forEach((name, variable) -> before.put(name, variable.toFloatArray()));
        List<ParameterGroup> groups = tuning.prepare(net.train(), rate);
        var sgd = new Sgd(rate, groups, Sgd.options().momentum(0.5f).weightDecay(0.1f));
        Tensor logits = net.call(Tensor.of(IMAGES, 4, 1, 4, 4));
        sgd.minimize(new CrossEntropyLoss().forward(logits, Tensor.ofInts(new int[] {0, 1, 2, 3}, 4)));
        var changes = new TreeMap<String, Float>();
        net.stateDict().forEach((name, variable) -> {
            float[] after = variable.toFloatArray();
            float[] old = Objects.requireNonNull(before.get(name));
            float largest = 0;
            for (int i = 0; i < after.length; i++) {
                largest = Math.max(largest, Math.abs(after[i] - old[i]));
            }
            changes.put(name, largest);
        });
        return changes;
    }

    @Test
    void aFrozenBodyKeepsItsWeightsAndItsStatistics() {
        var changes = changes(Quadrants.netWithBatchNorm(), FineTuning.NONE.withFreeze("body"), 0.5f);

        changes.forEach((name, change) -> {
            if (name.startsWith("4.")) {
                assertThat(change).as(name).isPositive();
            } else {
                assertThat(change).as(name).isZero();
            }
        });
    }

    @Test
    void frozenBatchNormsMoveTheirStatisticsWhereThatIsAskedFor() {
        var tuning = FineTuning.NONE.withFreeze("body").withAdaptStatistics(true);

        var changes = changes(Quadrants.netWithBatchNorm(), tuning, 0.5f);

        assertThat(changes.get("2.weight")).isZero();
        assertThat(changes.get("2.running_mean")).isPositive();
        assertThat(changes.get("2.num_batches_tracked")).isEqualTo(1);
    }

    @Test
    void aBatchNormThatIsTrainedInPartMovesItsStatistics() {
        var changes = changes(Quadrants.netWithBatchNorm(), FineTuning.NONE.withFreeze("2.weight"), 0.5f);

        assertThat(changes.get("2.weight")).isZero();
        assertThat(changes.get("2.bias")).isPositive();
        assertThat(changes.get("2.running_var")).isPositive();
    }

    @Test
    void aLearningRateOfItsOwnScalesTheStep() {
        var alike = changes(Quadrants.netWithBatchNorm(), FineTuning.NONE, 0.5f);
        var tuning = FineTuning.NONE.withLearningRate("1", 0.125f).withLearningRate("1.bias", 1f);

        var changes = changes(Quadrants.netWithBatchNorm(), tuning, 0.5f);

        // The factors are powers of two; what remains is the rounding of the weights themselves, below 1e-7.
        assertThat(changes.get("1.weight")).isCloseTo(alike.getOrDefault("1.weight", 0f) / 4, within(2e-7f));
        assertThat(changes.get("4.weight")).isEqualTo(alike.get("4.weight"));
        var groups = tuning.prepare(Quadrants.netWithBatchNorm(), 0.5f);
        assertThat(groups.stream().map(ParameterGroup::learningRateFactor)).containsExactly(0.25f, 2f, 1f);
    }

    @Test
    void aTrainerLearnsANewLastLayerOnAFrozenBody() {
        Module net = Quadrants.netWithBatchNorm();
        var options = TrainingOptions.of(4, 20, 0.5f);
        new Trainer(net, options).fit(Quadrants.images(400, 1), Quadrants.images(100, 2));
        float[] body = net.stateDict().get("1.weight").toFloatArray();
        float[] mean = net.stateDict().get("2.running_mean").toFloatArray();
        net.stateDict().get("4.weight").fill(0);
        net.stateDict().get("4.bias").fill(0);

        var result = new Trainer(net, options)
                .keepWeights()
                .fineTune(FineTuning.NONE.withFreeze("body"))
                .fit(Quadrants.images(400, 1), Quadrants.images(100, 2));

        assertThat(net.stateDict().get("1.weight").toFloatArray()).isEqualTo(body);
        assertThat(net.stateDict().get("2.running_mean").toFloatArray()).isEqualTo(mean);
        // A quarter would be right by chance.
        assertThat(result.epochs().getLast().testAccuracy()).isGreaterThan(0.8);
    }

    @ParameterizedTest
    @CsvSource({"layer1, 12", "layer?.*.bn1, 16", "fc, 2", "fc.bias, 1", "*.downsample, 9", "body, 60", "'*', 62"})
    void patternsNameModulesParametersAndTheBody(String pattern, int parameters) {
        var net = new ResNet(ResNet.layers(ResNet.Depth.LAYERS_18).width(4).classes(5), Init.generator(0));

        List<Parameter> found = new NamePattern(pattern).of(net);

        assertThat(found).hasSize(parameters);
    }

    @Test
    void whatNamesNothingIsRefusedWithTheNamesThereAre() {
        var net = new ResNet(ResNet.layers(ResNet.Depth.LAYERS_18).width(4), Init.generator(0));

        assertThatThrownBy(() -> FineTuning.NONE.withFreeze("layr1").prepare(net, 0.1f))
                .hasMessage("'layr1' names no parameter of the model; its parts are conv1, bn1, relu, maxpool, layer1,"
                        + " layer2, layer3, layer4, avgpool, fc, a parameter is conv1.weight, and body is all but fc");
        assertThatThrownBy(() -> FineTuning.NONE.withFreeze("*").prepare(net, 0.1f))
                .hasMessageContaining("everything is frozen");
        assertThatThrownBy(() -> FineTuning.NONE.withLearningRate("fc", 0))
                .hasMessageContaining("the learning rate of 'fc' is 0.0");
    }
}
