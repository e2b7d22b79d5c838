package org.skipjack.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skipjack.kernels.Closeness.assertSameBits;
import static org.skipjack.kernels.Lanes.COUNT;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LaneSumsTest {
    private final Random random = new Random(1);

    @Test
    void lanesAreAddedInHalvesThenQuartersThenEighthsThenSixteenths() {
        for (int trial = 0; trial < 1000; trial++) {
            float[] lanes = Draws.gaussian(random, COUNT);
            float[] tree = lanes.clone();
            for (int half = COUNT / 2; half > 0; half /= 2) {
                for (int l = 0; l < half; l++) {
                    tree[l] += tree[l + half];
                }
            }

            assertThat(LaneSums.of(Guarded.input(5, lanes).array(), 5)).isEqualTo(tree[0]);
        }
    }

    @Test
    void sixteenRowsAtOnceHaveTheBitsOfOneRowAtATime() {
        for (int trial = 0; trial < 1000; trial++) {
            float[] rows = Draws.withSpecials(random, COUNT * COUNT);
            float[] expected = new float[COUNT];
            for (int i = 0; i < COUNT; i++) {
                expected[i] = LaneSums.of(rows, i * COUNT);
            }
            Guarded scratch = Guarded.input(12, rows);
            Guarded out = Guarded.output(7, COUNT);

            LaneSums.rows16(out.array(), out.at(), scratch.array(), scratch.at());

            assertSameBits(out.values(), expected);
            assertThat(scratch.values()).hasSize(COUNT * COUNT);
        }
    }

    @Test
    void theResultMayReplaceTheStartOfTheRows() {
        float[] rows = Draws.gaussian(random, COUNT * COUNT);
        Guarded out = Guarded.output(28, COUNT);
        LaneSums.rows16(out.array(), out.at(), rows.clone(), 0);
        Guarded inPlace = Guarded.input(12, rows);

        LaneSums.rows16(inPlace.array(), inPlace.at(), inPlace.array(), inPlace.at());

        float[] first = new float[COUNT];
        System.arraycopy(inPlace.values(), 0, first, 0, COUNT);
        assertSameBits(first, out.values());
    }
}
