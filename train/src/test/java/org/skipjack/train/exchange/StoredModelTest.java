package org.skipjack.train.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skipjack.core.Tensor;
import org.skipjack.nn.Init;
import org.skipjack.nn.Module;
import org.skipjack.nn.models.LeNetBn;
import org.skipjack.nn.models.Models;
import org.skipjack.train.data.FashionMnist;
import org.skipjack.train.run.RunFolderException;
import org.skipjack.train.run.Weights;

/** What is known of a model's pictures and classes: from where, and what comes first. */
class StoredModelTest {

    private static final Path SOURCE = Path.of("net.safetensors");

    private static StoredModel load(String model, int channels, Map<String, String> metadata) {
        // Eleven million random numbers would take a second, and nobody looks at them.
        Module net = model.equals("lenet-bn")
                ? new LeNetBn(channels, 10, Init.generator(1))
                : Init.withoutDrawing(() -> Models.find(model).create(channels, 10, Init.generator(1)));
        return StoredModel.load(Weights.of(SOURCE, net, metadata), Models.find(model));
    }

    @Test
    void aForeignNetOfTorchvisionForColourIsTakenToBeTrainedOnImageNetAndRemembersIt() {
        StoredModel stored = load("resnet18-tv", 3, Map.of("format", "pt"));

        assertThat(stored.transform()).isEqualTo(InputTransform.IMAGENET);
        assertThat(stored.inputShape()).containsExactly(3, 224, 224);
        assertThat(stored.description())
                .containsEntry("resize", "256")
                .containsEntry("crop", "224")
                .containsEntry("mean", "0.485,0.456,0.406")
                .containsEntry("std", "0.229,0.224,0.225");
        StoredModel again = load("resnet18-tv", 3, stored.description());
        assertThat(again.transform()).isEqualTo(InputTransform.IMAGENET);
        assertThat(again.inputShape()).containsExactly(3, 224, 224);
        assertThat(again.description()).isEqualTo(stored.description());
    }

    @ParameterizedTest
    @CsvSource({
        "resnet18-tv, 1, format, pt",
        "resnet18-tv, 3, model, resnet18-tv",
        "resnet18-tv, 3, dataset, cifar",
        "lenet-bn, 3, format, pt"
    })
    void otherNetsGetWholePicturesAsTheyAre(String model, int channels, String key, String value) {
        StoredModel stored = load(model, channels, Map.of(key, value));

        assertThat(stored.transform()).isEqualTo(InputTransform.NONE);
        assertThat(stored.height()).isEqualTo(model.equals("lenet-bn") ? 28 : 96);
        assertThat(stored.description()).doesNotContainKeys("crop", "mean", "std");
    }

    @Test
    void whatIsSaidLaterReplacesWhatWasWrittenDown() {
        StoredModel stored = load("resnet18-tv", 3, Map.of());

        StoredModel other = stored.with(Map.of("resize", "320", "crop", "288", "mean", "0.5"));
        assertThat(other.inputShape()).containsExactly(3, 288, 288);
        assertThat(other.transform().shorterSide()).isEqualTo(OptionalInt.of(320));
        assertThat(other.transform().mean()).containsExactly(0.5f, 0.5f, 0.5f);
        assertThat(other.transform().std()).isEqualTo(InputTransform.IMAGENET.std());

        StoredModel whole = other.with(Map.of("resize", "64", "crop", "0", "mean", "0", "std", "1"));
        assertThat(whole.inputShape()).containsExactly(3, 64, 64);
        assertThat(whole.transform().shorterSide()).isEmpty();
        assertThat(whole.transform().normalizes()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mean | 0.1,0.2 | mean has 2 numbers, std 3, expected as many",
                "mean | a | mean is \"a\", not numbers with commas between",
                "std | 0,1,1 | expected finite numbers and std above 0",
                "resize | 100 | pictures resized to 100 are smaller than the crop of 224x224",
                "class_names | one | there are 1 classes by name, expected 10"
            })
    void whatDoesNotFitIsRefusedWithTheFile(String key, String value, String message) {
        assertThatThrownBy(() -> load("resnet18-tv", 3, Map.of(key, value)))
                .isInstanceOf(RunFolderException.class)
                .hasMessageStartingWith(SOURCE + ": its metadata say that ")
                .hasMessageContaining(message);
        StoredModel stored = load("resnet18-tv", 3, Map.of());
        assertThatThrownBy(() -> stored.with(Map.of(key, value))).hasMessageContaining(message);
    }

    @Test
    void meanAndDeviationAreForTheNetsChannels() {
        assertThatThrownBy(() -> load("lenet-bn", 3, Map.of("mean", "0.1,0.2")))
                .hasMessageContaining("mean and std have 2 numbers, expected 1 or 3, one for each channel");
        assertThat(load("lenet-bn", 3, Map.of("std", "0.1")).transform().mean()).containsExactly(0f);
    }

    @Test
    void namesOfClassesAreThoseWrittenDownElseTheDataSets() {
        List<String> letters = List.of("a b c d e f g h i j".split(" "));
        var fashion = Map.of("dataset", "fashion-mnist");

        assertThat(load("lenet-bn", 1, Map.of()).classNames()).isEmpty();
        StoredModel stored = load("lenet-bn", 1, fashion);
        assertThat(stored.classNames()).isEqualTo(FashionMnist.CLASS_NAMES);
        StoredModel named = stored.with(StoredModel.namesAsMetadata(letters));
        assertThat(named.classNames()).isEqualTo(letters);
        assertThat(load("lenet-bn", 1, named.description()).classNames()).isEqualTo(letters);
    }

    @Test
    void imagesOfADataSetAreNormalisedInFrontOfTheNet() {
        StoredModel stored = load("lenet-bn", 3, Map.of("mean", "0.5,0.25,0.75", "std", "0.5,2,0.25"));
        var random = Init.generator(2);
        var levels = new float[2 * 3 * 28 * 28];
        var normalized = new float[levels.length];
        for (int i = 0; i < levels.length; i++) {
            levels[i] = random.nextFloat();
            normalized[i] = stored.transform().normalized(levels[i], i / 784 % 3);
        }

        float[] found = stored.ofUnitInterval()
                .eval()
                .call(Tensor.of(levels, 2, 3, 28, 28))
                .toFloatArray();

        float[] expected =
                stored.module().call(Tensor.of(normalized, 2, 3, 28, 28)).toFloatArray();
        for (int i = 0; i < expected.length; i++) {
            // The plans differ, and with them the order of sums of up to 400 products: as many roundings of 6e-8 in
            // numbers below 1.
            assertThat((double) found[i]).isCloseTo(expected[i], within(400 * 6e-8));
        }
    }
}
