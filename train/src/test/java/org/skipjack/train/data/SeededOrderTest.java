package org.skipjack.train.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Expected values come from PyTorch, by {@code src/test/fixtures/seeded_order.py}. */
class SeededOrderTest {

    private static int[] order(int size, long seed, int epoch) {
        var order = new int[size];
        SeededOrder.shuffle(order, seed, epoch);
        return order;
    }

    @Test
    void isPyTorchs() {
        assertThat(order(10, 0, 0)).containsExactly(4, 1, 7, 5, 3, 9, 0, 8, 6, 2);
        assertThat(order(10, 0, 1)).containsExactly(5, 6, 1, 2, 0, 8, 9, 3, 7, 4);
        assertThat(order(10, 42, 0)).containsExactly(2, 6, 1, 8, 4, 5, 0, 9, 3, 7);
        assertThat(order(10, -1, 7)).containsExactly(0, 7, 5, 1, 8, 3, 9, 2, 4, 6);
        assertThat(order(10, (1L << 40) + 3, 2)).containsExactly(1, 4, 9, 6, 3, 5, 0, 2, 8, 7);
    }

    @Test
    void isPyTorchsForAWholeEpochOfFashionMnist() {
        var bytes = ByteBuffer.allocate(60_000 * 4);
        for (int index : order(60_000, 42, 3)) {
            bytes.putInt(index);
        }
        assertThat(HexFormat.of().formatHex(Digests.sha256().digest(bytes.array())))
                .isEqualTo("0ada3bed225cacbd9e88d49cee536f828a68fbdc26cdbdc87433df929f28cde9");
    }

    @Test
    void anEpochHasTheOrderOfTheNextSeedsEpochBefore() {
        assertThat(order(100, 5, 3)).isEqualTo(order(100, 6, 2)).isNotEqualTo(order(100, 5, 2));
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
