package org.skipjack.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The generator against PyTorch's; {@code words} are its 32-bit outputs. */
class MersenneTwisterTest {
    private static final Fixtures SEEDS = Fixtures.load("seeds");

    static List<String> seeds() {
        return SEEDS.cases("words");
    }

    private static MersenneTwister generator(String name) {
        return new MersenneTwister(Long.parseLong(SEEDS.argument(name, "seed")));
    }

    /** The C++ standard's check of {@code std::mt19937} (section rand.predef), whose default seed is 5489. */
    @Test
    void theTenThousandthNumberIsThatOfTheStandard() {
        var random = new MersenneTwister(5489);
        random.ints(9999).forEach(word -> {});
        assertThat(random.nextInt()).isEqualTo((int) 4_123_659_995L);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void givesPyTorchsWords(String name) {
        double[] words = SEEDS.values(name + "/words");
        int stride = name.equals("seed42") ? 1 : 40;
        var random = generator(name);
        for (int i = 0; i < words.length; i++) {
            assertThat(Integer.toUnsignedLong(random.nextInt()))
                    .as("word %d", i * stride)
                    .isEqualTo((long) words[i]);
            random.ints(stride - 1).forEach(word -> {});
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void makesPyTorchsFractions(String name) {
        var forFloats = generator(name);
        for (double expected : SEEDS.values(name + "/floats")) {
            assertThat((double) forFloats.nextFloat()).isEqualTo(expected);
        }
        var forDoubles = generator(name);
        for (double expected : SEEDS.values(name + "/doubles")) {
            assertThat(forDoubles.nextDouble()).isEqualTo(expected);
        }
    }

    @Test
    void aLongHasItsFirstWordHigh() {
        double[] words = SEEDS.values("seed42/words");
        var random = generator("seed42");
        for (int i = 0; i < words.length; i += 2) {
            assertThat(random.nextLong()).isEqualTo(((long) words[i] << 32) | (long) words[i + 1]);
        }
    }
}
