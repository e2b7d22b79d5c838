package org.skipjack.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.skipjack.core.Device;
import org.skipjack.nn.BatchNorm1d;
import org.skipjack.nn.Flatten;
import org.skipjack.nn.Init;
import org.skipjack.nn.Linear;
import org.skipjack.nn.Module;
import org.skipjack.nn.Sequential;
import org.skipjack.train.data.DataLoader;
import org.skipjack.train.data.Dataset;

class TrainerTest {

    /** So small that no float weight changes. */
    private static final float NO_CHANGE = 1e-30f;

    /** The first step takes 3e40 times itself from each weight: infinite from 0.012 on, whatever was drawn. */
    private static final TrainingOptions OVERFLOWING =
            TrainingOptions.of(3, 25, 3e38f).withWeightDecay(100);

    private static final Dataset TRAIN = Quadrants.images(50, 1);
    private static final Dataset TEST = Quadrants.images(21, 2);

    @Test
    void learnsAProblemThatItsNetCanSolve() {
        var result = new Trainer(Quadrants.netWithBatchNorm(), TrainingOptions.of(12, 8, 1)).fit(TRAIN, TEST);

        assertThat(result.trainAccuracy()).isGreaterThan(0.9);
        assertThat(result.testAccuracy()).isGreaterThan(0.9);
        assertThat(result.stopped()).isFalse();
        assertThat(result.device()).isEqualTo("reference");
        assertThat(result.examples()).isEqualTo(12 * 50);
        assertThat(result.epochs())
                .extracting(EpochResult::epoch)
                .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    }

    @Test
    void figuresAreMeansOverExamplesSoThatASmallerLastBatchCountsLess() {
        Module net = Quadrants.netWithoutBatchNorm();

        var result = new Trainer(net, TrainingOptions.of(1, 8, NO_CHANGE)).fit(TRAIN, TEST);

        // The weights never change, so one pass over all examples in one batch must find the same figures.
        Score train = Evaluator.evaluate(net, DataLoader.builder(TRAIN, 50).build());
        Score test = Evaluator.evaluate(net, DataLoader.builder(TEST, 21).build());
        // Seven losses of up to 2.1, each rounded to float: half an ulp is 1.2e-7.
        Offset<Double> rounding = within(2e-7);
        assertThat(result.trainLoss()).isCloseTo(train.loss(), rounding);
        assertThat(result.trainAccuracy()).isEqualTo(train.accuracy());
        assertThat(result.testAccuracy()).isEqualTo(test.accuracy());
        assertThat(result.epochs().getFirst().testLoss()).isCloseTo(test.loss(), rounding);
    }

    @Test
    void momentumAndWeightDecayReachTheOptimiser() {
        var plain = weightsAfter(TrainingOptions.of(1, 8, 0.5f));
        var momentum = weightsAfter(TrainingOptions.of(1, 8, 0.5f).withMomentum(0.9f, false));
        var nesterov = weightsAfter(TrainingOptions.of(1, 8, 0.5f).withMomentum(0.9f, true));
        var decay = weightsAfter(TrainingOptions.of(1, 8, 0.5f).withWeightDecay(0.1f));

        assertThat(List.of(plain, momentum, nesterov, decay)).doesNotHaveDuplicates();
    }

    @Test
    void theSameSeedGivesTheSameBitsAndAnotherSeedOthers() {
        var options = TrainingOptions.of(2, 8, 0.5f);

        assertThat(weightsAfter(options)).isEqualTo(weightsAfter(options));
        assertThat(weightsAfter(options)).isNotEqualTo(weightsAfter(options.withSeed(1)));
    }

    @Test
    void startsWithTheValuesOfItsSeedWhateverTheNetHad() {
        Module net = Quadrants.netWithBatchNorm();
        Module expected = Quadrants.netWithBatchNorm();
        // As in PyTorch: torch.manual_seed(3), the layers' own values, then xavier_uniform_ on the weights.
        var random = Init.generator(3);
        expected.reset(random).apply(Init.xavierWeights(random));

        new Trainer(net, TrainingOptions.of(1, 8, NO_CHANGE).withSeed(3)).fit(TRAIN, TEST);

        var after = values(net);
        var before = values(expected);
        for (String name : List.of("1.weight", "1.bias", "2.weight", "4.weight", "4.bias")) {
            assertThat(after.get(name)).as(name).isEqualTo(before.get(name));
        }
        // Xavier-uniform of 16 inputs and 8 outputs: U(-0.5, 0.5).
        assertThat(after.get("1.weight")).allMatch(w -> Math.abs(w) <= 0.5f).anyMatch(w -> Math.abs(w) > 0.45f);
    }

    @Test
    void keepsTheWeightsIfAskedTo() {
        Module net = Quadrants.netWithoutBatchNorm();
        var before = values(net);

        new Trainer(net, TrainingOptions.of(1, 8, NO_CHANGE)).keepWeights().fit(TRAIN, TEST);

        assertThat(values(net)).isEqualTo(before);
    }

    @Test
    void aLossThatIsNoNumberEndsTheTrainingWithPlaceRateAndRemedy() {
        var trainer = new Trainer(Quadrants.netWithoutBatchNorm(), OVERFLOWING);

        assertThatThrownBy(() -> trainer.fit(TRAIN, TEST))
                .isInstanceOf(DivergedException.class)
                .hasMessageMatching(
                        "the loss became (NaN|Infinity) in epoch \\d, step \\d of 2, at learning rate 3.0E38: "
                                + "try a learning rate of \\S+ or less, and look for extreme values in the data");
    }

    @Test
    void numericsCanBeCheckedDownToTheOpThatOverflowed() {
        var trainer = new Trainer(Quadrants.netWithoutBatchNorm(), OVERFLOWING).checkNumerics();

        assertThatThrownBy(() -> trainer.fit(TRAIN, TEST))
                .isInstanceOf(DivergedException.class)
                .hasMessageMatching("the loss became .*; the first number that is not finite: "
                        + "(matmul|conv2d|variable|sum|add|multiply)\\S* .*element \\d+ is -?(NaN|Infinity)");
    }

    @Test
    void aSingleExampleInTheLastBatchIsRefusedBeforeTheFirstStepIfTheNetNormalisesOverTheBatch() {
        var trainer = new Trainer(Quadrants.netWithBatchNorm(), TrainingOptions.of(1, 7, 1)).listen(new FailsOnStart());

        assertThatThrownBy(() -> trainer.fit(TRAIN, TEST))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(
                        "the last batch of an epoch would have 1 of 50 examples",
                        "Expected more than 1 value per channel when training",
                        "at 2:",
                        "choose a batch size that leaves another remainder than 7");
    }

    @Test
    void aSingleExampleInTheLastBatchIsFineWithoutBatchNorm() {
        var result = new Trainer(Quadrants.netWithoutBatchNorm(), TrainingOptions.of(1, 7, 1)).fit(TRAIN, TEST);

        assertThat(result.examples()).isEqualTo(50);
    }

    @Test
    void aNetWithTooFewOutputsIsRefusedBeforeTheFirstStep() {
        var net = new Sequential(new Flatten(), new Linear(16, 3));
        var trainer = new Trainer(net.to(Device.reference()), TrainingOptions.of(1, 25, 1)).listen(new FailsOnStart());

        assertThatThrownBy(() -> trainer.fit(TRAIN, TEST))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("[Trainer] the data have 4 classes, the module's output for 25 examples has shape [25, 3], "
                        + "expected [25, 4]");
    }

    @Test
    void aNetThatDoesNotFitTheImagesIsRefusedByTheLayerThatDoesNot() {
        var net = new Sequential(new Flatten(), new Linear(17, 8), new BatchNorm1d(8));
        var trainer = new Trainer(net.to(Device.reference()), TrainingOptions.of(1, 25, 1)).listen(new FailsOnStart());

        assertThatThrownBy(() -> trainer.fit(TRAIN, TEST)).hasMessageContaining("at 1:");
    }

    private static Map<String, List<Float>> weightsAfter(TrainingOptions options) {
        Module net = Quadrants.netWithBatchNorm();
        new Trainer(net, options).fit(TRAIN, TEST);
        return values(net);
    }

    private static Map<String, List<Float>> values(Module net) {
        return net.stateDict().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, e -> boxed(e.getValue().toFloatArray())));
    }

    private static List<Float> boxed(float[] values) {
        var list = new ArrayList<Float>();
        for (float value : values) {
            list.add(value);
        }
        return list;
    }

    private static final class FailsOnStart implements TrainingListener {
        @Override
        public void onStart(TrainingProgress progress) {
            throw new AssertionError("the training began");
        }
    }
}
