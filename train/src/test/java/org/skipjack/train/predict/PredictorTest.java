package org.skipjack.train.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.skipjack.core.Tensor;
import org.skipjack.nn.Init;
import org.skipjack.nn.Module;
import org.skipjack.nn.models.LeNetBn;
import org.skipjack.nn.models.Models;
import org.skipjack.train.data.FashionMnist;
import org.skipjack.train.exchange.StoredModel;
import org.skipjack.train.run.Weights;

/** Ranking, inputs of all kinds, concurrent calls and the end. */
class PredictorTest {

    private static final int[] SHAPE = {1, 28, 28};
    private static final Module NET = new LeNetBn(1, 10, Init.generator(3));

    private static Predictor predictor() {
        return Predictor.of(NET, SHAPE, FashionMnist.CLASS_NAMES, PictureStyle.FASHION_MNIST);
    }

    private static List<float[]> images(int count) {
        RandomGenerator random = Init.generator(8);
        var images = new ArrayList<float[]>();
        for (int i = 0; i < count; i++) {
            var image = new float[28 * 28];
            for (int p = 0; p < image.length; p++) {
                image[p] = random.nextInt(256) / 255f;
            }
            images.add(image);
        }
        return images;
    }

    @Test
    void ranksTheClassesByTheSoftmaxOfTheLogits() {
        float[] image = images(1).getFirst();
        try (var predictor = predictor()) {
            Prediction prediction = predictor.predict(image);

            float[] logits = NET.eval().call(Tensor.of(image, 1, 1, 28, 28)).toFloatArray();
            double sum = 0;
            for (float logit : logits) {
                sum += Math.exp(logit);
            }
            for (Prediction.Candidate candidate : prediction.ranking()) {
                // Folding changes logits below 10 by less than 1e-5, so probabilities by less than twice that share.
                assertThat(candidate.probability()).isCloseTo(Math.exp(logits[candidate.label()]) / sum, within(2e-5));
                assertThat(candidate.name()).isEqualTo(FashionMnist.CLASS_NAMES.get(candidate.label()));
            }
            assertThat(prediction.ranking())
                    .isSortedAccordingTo((a, b) -> Double.compare(b.probability(), a.probability()));
            assertThat(prediction.top(3)).hasSize(3).first().isEqualTo(prediction.best());
            assertThat(prediction.top(99)).hasSize(10);
        }
    }

    @Test
    void equalLogitsAreRankedByLabelAndHugeOnesDoNotOverflow() {
        assertThat(Prediction.of(new float[] {1e30f, 1e30f, 0}, List.of("a", "b", "c"))
                        .ranking())
                .containsExactly(
                        new Prediction.Candidate(0, "a", 0.5),
                        new Prediction.Candidate(1, "b", 0.5),
                        new Prediction.Candidate(2, "c", 0));
    }

    @Test
    void bytesAreDividedBy255() {
        float[] image = images(1).getFirst();
        var bytes = new byte[image.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Math.round(image[i] * 255);
        }
        try (var predictor = predictor()) {
            assertThat(predictor.predict(bytes)).isEqualTo(predictor.predict(image));
        }
    }

    @Test
    void concurrentCallsGetTheBitsOfASmallOrALargeBatch() throws Exception {
        List<float[]> images = images(40);
        try (var predictor = predictor()) {
            List<Prediction> alone = images.stream().map(predictor::predict).toList();
            List<Prediction> together = predictor.predictAll(images);
            assertThat(predictor.predictAll(images.subList(0, 3))).isEqualTo(alone.subList(0, 3));
            assertThat(predictor.predictAll(images.subList(0, 9))).isEqualTo(together.subList(0, 9));
            for (int i = 0; i < 40; i++) {
                for (Prediction.Candidate candidate : together.get(i).ranking()) {
                    // Sums in another order: logits below 10 differ by less than 1e-5.
                    assertThat(probability(alone.get(i), candidate.label()))
                            .isCloseTo(candidate.probability(), within(2e-5));
                }
            }
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Callable<Prediction>> calls = IntStream.range(0, 400)
                        .mapToObj(i -> (Callable<Prediction>) () -> predictor.predict(images.get(i % 40)))
                        .toList();
                var futures = threads.invokeAll(calls);
                for (int i = 0; i < futures.size(); i++) {
                    assertThat(futures.get(i).get()).isIn(alone.get(i % 40), together.get(i % 40));
                }
            }
        }
    }

    private static double probability(Prediction prediction, int label) {
        return prediction.ranking().stream()
                .filter(candidate -> candidate.label() == label)
                .findFirst()
                .orElseThrow()
                .probability();
    }

    @Test
    void isNotChangedByTrainingTheNetOn() {
        Module net = new LeNetBn(1, 10, Init.generator(4));
        float[] image = images(1).getFirst();
        try (var predictor = Predictor.of(net, SHAPE, FashionMnist.CLASS_NAMES, PictureStyle.PLAIN)) {
            Prediction before = predictor.predict(image);
            net.variables().values().forEach(variable -> variable.fill(1));
            assertThat(predictor.predict(image)).isEqualTo(before);
        }
    }

    @Test
    void aStoredModelKnowsWhatPicturesItWantsAndItsClasses() {
        Map<String, String> facts = Map.of("dataset", "mnist", "mean", "0.5", "std", "0.25");
        var weights = Weights.of(Path.of("net.safetensors"), NET, facts);
        float[] image = images(1).getFirst();
        var levels = new byte[image.length];
        var normalized = new float[image.length];
        for (int i = 0; i < image.length; i++) {
            levels[i] = (byte) Math.round(image[i] * 255);
            normalized[i] = (image[i] - 0.5f) / 0.25f;
        }
        try (var predictor = Predictor.of(StoredModel.load(weights, Models.find("lenet-bn")))) {
            assertThat(predictor.predict(levels)).isEqualTo(predictor.predict(normalized));
            assertThat(predictor.classNames()).startsWith("class 0", "class 1").hasSize(10);
        }
    }

    @Test
    void refusesWhatDoesNotFitAndAllWorkWhenClosed() {
        var predictor = predictor();
        assertThatThrownBy(() -> predictor.predict(new float[5]))
                .hasMessage("[Predictor] an image has 5 values, expected 784 for [1, 28, 28]");
        assertThatThrownBy(() -> Predictor.of(NET, SHAPE, List.of("one"), PictureStyle.PLAIN))
                .hasMessage("[Predictor] the net has 10 classes, got 1 names");
        assertThatThrownBy(() -> Predictor.of(NET, new int[] {1, 4, 4}, FashionMnist.CLASS_NAMES, PictureStyle.PLAIN))
                .hasMessageContaining("input [1, 1, 4, 4]");
        predictor.close();
        predictor.close();
        assertThatThrownBy(() -> predictor.predict(new float[784]))
                .isInstanceOf(PredictionException.class)
                .hasMessage("this predictor is closed");
    }
}
