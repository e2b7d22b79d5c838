package org.skipjack.core.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.skipjack.core.Gradients;
import org.skipjack.core.Reference;
import org.skipjack.core.Shape;
import org.skipjack.core.ShapeMismatchException;
import org.skipjack.core.Tensor;

class RandomUniformTest {
    private static final int COUNT = 1 << 20;

    @Test
    void elementsAreThoseOfTheWrittenGenerator() {
        Tensor counter = Tensor.of(new float[] {5});
        double[] values = Reference.values(Tensor.record(new RandomUniform(42, Shape.of(3, 4)), counter));
        for (int i = 0; i < values.length; i++) {
            assertThat(values[i]).isEqualTo(RandomUniform.at(42, 5, i));
        }
    }

    /** The JDK's SplittableRandom is SplitMix64 with the same constants; from a stream's start it gives the same bits. */
    @Test
    void aStreamIsThatOfSplitMix64() {
        var oracle = new SplittableRandom(RandomUniform.stream(-7, 3));
        for (int i = 0; i < 1000; i++) {
            assertThat(RandomUniform.at(-7, 3, i)).isEqualTo((oracle.nextLong() >>> 40) * 0x1p-24f);
        }
    }

    /** Frozen, so that a dropout mask of an old run can be made again. */
    @Test
    void theFirstNumbersNeverChange() {
        assertThat(new float[] {
                    RandomUniform.at(0, 0, 0) * 0x1p24f,
                    RandomUniform.at(0, 0, 1) * 0x1p24f,
                    RandomUniform.at(0, 1, 0) * 0x1p24f,
                    RandomUniform.at(1, 0, 0) * 0x1p24f
                })
                .containsExactly(5671579, 4515256, 7260255, 120340);
    }

    @Test
    void numbersAreUniformInZeroToOne() {
        var counts = new int[16];
        double sum = 0;
        for (int i = 0; i < COUNT; i++) {
            float u = RandomUniform.at(1, 2, i);
            assertThat(u >= 0 && u < 1).isTrue();
            counts[(int) (u * 16)]++;
            sum += u;
        }
        // Five standard deviations: 1/√12n of the mean, √(n/16 15/16) of a count.
        assertThat(sum / COUNT).isBetween(0.5 - 0.00142, 0.5 + 0.00142);
        for (int count : counts) {
            assertThat(count).isBetween(65536 - 1240, 65536 + 1240);
        }
    }

    @Test
    void neighbouringCountersAndSeedsAreUncorrelated() {
        double byCounter = 0;
        double bySeed = 0;
        for (int i = 0; i < COUNT; i++) {
            double u = RandomUniform.at(1, 2, i) - 0.5;
            byCounter += u * (RandomUniform.at(1, 3, i) - 0.5);
            bySeed += u * (RandomUniform.at(2, 2, i) - 0.5);
        }
        // The product of two independent ones has standard deviation 1/12; five of the mean's.
        assertThat(byCounter / COUNT).isBetween(-0.000407, 0.000407);
        assertThat(bySeed / COUNT).isBetween(-0.000407, 0.000407);
    }

    @Test
    void theCounterGetsNoGradient() {
        Tensor counter = Tensor.of(new float[] {5});
        Tensor y = Tensor.record(new RandomUniform(1, Shape.of(8)), counter).sum();
        assertThat(Reference.values(Gradients.of(y, List.of(counter)).getFirst()))
                .containsExactly(0);
    }

    @Test
    void aCounterOfSeveralElementsIsRefused() {
        assertThatThrownBy(() -> new RandomUniform(1, Shape.of(8)).shape(List.of(Shape.of(2))))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("[randomUniform]: counter must have one element, got shape [2]");
    }
}
