package org.skipjack.kernels;

import static org.skipjack.kernels.Closeness.assertSameBits;
import static org.skipjack.kernels.Lanes.COUNT;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayoutLanesTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 16, 17, 100, 784})
    void rowsBecomeLanesAndRowsAgain(int elements) {
        for (int valid : new int[] {1, 7, 15, 16}) {
            float[] values = Draws.withSpecials(new Random(valid), valid * elements);
            float[] lanes = new float[elements * COUNT];
            for (int e = 0; e < elements; e++) {
                for (int l = 0; l < valid; l++) {
                    lanes[e * COUNT + l] = values[l * elements + e];
                }
            }
            Guarded rows = Guarded.input(12, values);
            Guarded block = Guarded.output(28, lanes.length);
            LayoutLanes.fromRows(block.array(), 28, rows.array(), 12, elements, valid);
            assertSameBits(block.values(), lanes);

            Guarded back = Guarded.output(5, values.length);
            LayoutLanes.toRows(back.array(), 5, block.array(), 28, elements, valid);
            assertSameBits(back.values(), values);
        }
    }

    @Test
    void wholeNumbersBecomeLanes() {
        int elements = 3;
        for (int valid : new int[] {1, 7, 15, 16}) {
            int[] rows = new int[5 + valid * elements];
            float[] expected = new float[elements * COUNT];
            for (int l = 0; l < valid; l++) {
                for (int e = 0; e < elements; e++) {
                    rows[5 + l * elements + e] = 10 * l - e;
                    expected[e * COUNT + l] = 10 * l - e;
                }
            }
            Guarded out = Guarded.output(28, expected.length);

            LayoutLanes.fromInts(out.array(), 28, rows, 5, elements, valid);

            assertSameBits(out.values(), expected);
        }
    }

    @Test
    void oneValueIsSpreadOverAllExamples() {
        float[] values = Draws.withSpecials(new Random(2), 33);
        float[] expected = new float[33 * COUNT];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = values[i / COUNT];
        }
        Guarded shared = Guarded.input(7, values);
        Guarded out = Guarded.output(12, expected.length);

        LayoutLanes.spread(out.array(), 12, shared.array(), 7, 33);

        assertSameBits(out.values(), expected);
    }
}
