package org.skipjack.train.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Expected values come from {@code src/test/fixtures/seeded_order.py}. */
class SeededOrderTest {

    private static int[] order(int size, long seed, int epoch) {
        var order = new int[size];
        SeededOrder.shuffle(order, seed, epoch);
        return order;
    }

    @Test
    void followsItsWrittenDefinition() {
        assertThat(order(10, 0, 0)).containsExactly(1, 4, 5, 0, 7, 6, 9, 8, 2, 3);
        assertThat(order(10, 0, 1)).containsExactly(4, 7, 0, 5, 9, 3, 6, 2, 8, 1);
        assertThat(order(10, -1, 7)).containsExactly(1, 6, 8, 7, 2, 5, 3, 0, 9, 4);
        assertThat(order(10, 42, 0)).containsExactly(8, 1, 9, 2, 6, 0, 4, 5, 3, 7);
    }

    @Test
    void followsItsDefinitionForAWholeEpochOfFashionMnist() {
        var bytes = ByteBuffer.allocate(60_000 * 4);
        for (int index : order(60_000, 42, 3)) {
            bytes.putInt(index);
        }
        assertThat(HexFormat.of().formatHex(Digests.sha256().digest(bytes.array())))
                .isEqualTo("aca67bf7c93ee4e9830e6a810bc27f276847c3e0e6b3e6cbb486e7d6678e7b30");
    }

    @Test
    void isAPermutationForEverySmallSize() {
        for (int size = 0; size <= 100; size++) {
            int[] sorted = order(size, 5, size);
            Arrays.sort(sorted);
            assertThat(sorted).isEqualTo(IntStream.range(0, size).toArray());
        }
    }

    @Test
    void putsEveryExampleFirstAboutEquallyOften() {
        // 7,000 draws of 7: each count has mean 1000 and standard deviation sqrt(7000 * 6/49) = 29.3; 5 of those is
        // 146.
        var counts = new int[7];
        for (int epoch = 0; epoch < 7000; epoch++) {
            counts[order(7, 9, epoch)[0]]++;
        }
        assertThat(counts)
                .satisfies(all ->
                        Arrays.stream(all).forEach(count -> assertThat(count).isBetween(854, 1146)));
    }
}
