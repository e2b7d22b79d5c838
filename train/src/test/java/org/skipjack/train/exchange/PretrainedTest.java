package org.skipjack.train.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skipjack.core.Tensor;
import org.skipjack.nn.Init;
import org.skipjack.nn.Module;
import org.skipjack.nn.models.LeNetBn;
import org.skipjack.train.run.Weights;

/** Weights of one net as the start of another, with other classes and other channels. */
class PretrainedTest {

    private static final int PIXELS = 28 * 28;

    @TempDir
    Path folder;

    private Weights stored(Module net) {
        Path file = folder.resolve("net.safetensors");
        Weights.write(file, net, Map.of());
        return Weights.read(file);
    }

    @Test
    void aReplacedHeadKeepsTheModulesValuesAndTheRestIsLoaded() {
        var old = new LeNetBn(1, 10, Init.generator(1));
        var net = new LeNetBn(1, 3, Init.generator(2));
        float[] head = net.stateDict().get("15.weight").toFloatArray();

        var done = new Pretrained(stored(old), "lenet-bn").loadInto(net, true);

        assertThat(done)
                .containsExactly(
                        "starting from " + folder.resolve("net.safetensors"), "a new last layer 15 of 3 classes");
        assertThat(net.stateDict().get("15.weight").toFloatArray()).isEqualTo(head);
        assertThat(net.stateDict().get("12.weight").toFloatArray())
                .isEqualTo(old.stateDict().get("12.weight").toFloatArray());
    }

    @Test
    void otherClassesAreRefusedWithTheWayOut() {
        var net = new LeNetBn(1, 3, Init.generator(2));
        var pretrained = new Pretrained(stored(new LeNetBn(1, 10, Init.generator(1))), "lenet-bn");

        assertThatThrownBy(() -> pretrained.loadInto(net, false))
                .isInstanceOf(ForeignWeightsException.class)
                .hasMessageContaining("the last layer is not that of lenet-bn with 3 classes")
                .hasMessageEndingWith("replace the last layer (--replace-head 3)");
    }

    @Test
    void aNetForColourGivesForAGreyImageWhatItGaveForThatImageInAllChannels() {
        var colour = new LeNetBn(3, 10, Init.generator(1));
        var grey = new LeNetBn(1, 10, Init.generator(2));

        var done = new Pretrained(stored(colour), "lenet-bn").loadInto(grey, false);

        assertThat(done.getLast()).startsWith("0.weight summed over its 3 channels");
        var random = Init.generator(4);
        var image = new float[PIXELS];
        var thrice = new float[3 * PIXELS];
        for (int i = 0; i < PIXELS; i++) {
            image[i] = random.nextFloat();
            thrice[i] = image[i];
            thrice[PIXELS + i] = image[i];
            thrice[2 * PIXELS + i] = image[i];
        }
        float[] expected = colour.eval().call(Tensor.wrap(thrice, 1, 3, 28, 28)).toFloatArray();
        float[] found = grey.eval().call(Tensor.wrap(image, 1, 1, 28, 28)).toFloatArray();
        for (int i = 0; i < expected.length; i++) {
            // Sums of 75 products in another order: some 75 roundings of 6e-8 in numbers below 1 at most.
            assertThat((double) found[i]).isCloseTo(expected[i], within(1e-5));
        }
    }
}
