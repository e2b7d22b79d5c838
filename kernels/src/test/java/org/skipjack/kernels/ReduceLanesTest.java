package org.skipjack.kernels;

import static org.skipjack.kernels.Closeness.assertExact;
import static org.skipjack.kernels.Closeness.assertSameBits;
import static org.skipjack.kernels.Closeness.assertSumsOfProducts;
import static org.skipjack.kernels.Lanes.COUNT;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReduceLanesTest {
    /** {@code [outer, reduced, inner]}. */
    @ParameterizedTest
    @CsvSource({"1, 1, 1", "1, 10, 1", "3, 1, 5", "2, 7, 3", "5, 16, 1", "1, 17, 6", "7, 2, 13", "2, 33, 2"})
    void sumMaximumAndArgMaxOverTheMiddleAxis(int outer, int reduced, int inner) {
        Random random = new Random(outer * 1000L + reduced);
        float[] values = Draws.whole(random, outer * reduced * inner * COUNT, 3);
        double[] sum = new double[outer * inner * COUNT];
        double[] largest = new double[sum.length];
        double[] where = new double[sum.length];
        for (int i = 0; i < sum.length; i++) {
            int o = i / COUNT / inner;
            int rest = i % (inner * COUNT);
            largest[i] = Double.NEGATIVE_INFINITY;
            for (int r = 0; r < reduced; r++) {
                float value = values[(o * reduced + r) * inner * COUNT + rest];
                sum[i] += value;
                if (value > largest[i]) {
                    largest[i] = value;
                    where[i] = r;
                }
            }
        }
        Guarded x = Guarded.input(12, values);
        Guarded out = Guarded.output(28, sum.length);

        ReduceLanes.sum(out.array(), 28, x.array(), 12, outer, reduced, inner);
        assertExact(out.values(), sum);
        ReduceLanes.maximum(out.array(), 28, x.array(), 12, outer, reduced, inner);
        assertExact(out.values(), largest);
        ReduceLanes.argMax(out.array(), 28, x.array(), 12, outer, reduced, inner);
        assertExact(out.values(), where);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 63, 64, 576})
    void sumsOfVectorsThatLieTogetherHaveTheBitsOfTheirTwin(int reduced) {
        Random random = new Random(reduced);
        for (int outer : new int[] {1, 3, 16}) {
            float[] values = Draws.gaussian(random, outer * reduced * COUNT);
            double[] expected = new double[outer * COUNT];
            double[] magnitudes = new double[outer * COUNT];
            for (int i = 0; i < values.length; i++) {
                int to = i / COUNT / reduced * COUNT + i % COUNT;
                expected[to] += values[i];
                magnitudes[to] += Math.abs(values[i]);
            }
            Guarded x = Guarded.input(12, values);
            Guarded out = Guarded.output(28, outer * COUNT);
            Guarded twin = Guarded.output(5, outer * COUNT);

            ReduceLanes.sum(out.array(), 28, x.array(), 12, outer, reduced, 1);
            ReduceLanesScalar.sum(twin.array(), 5, x.array(), 12, outer, reduced);

            assertSameBits(out.values(), twin.values());
            assertSumsOfProducts(out.values(), expected, magnitudes);
        }
    }

    @Test
    void lanesAddsTheExamplesOfEachVectorAndClearsTheOthers() {
        Random random = new Random(4);
        for (int valid : new int[] {1, 7, 15, 16}) {
            for (int n : new int[] {1, 6, 33}) {
                float[] values = Draws.withTail(Draws.gaussian(random, n * COUNT), valid, Float.NaN);
                double[] expected = new double[n];
                double[] magnitudes = new double[n];
                for (int i = 0; i < n * COUNT; i++) {
                    if (i % COUNT < valid) {
                        expected[i / COUNT] += values[i];
                        magnitudes[i / COUNT] += Math.abs(values[i]);
                    }
                }
                Guarded x = Guarded.input(28, values);
                Guarded out = Guarded.output(5, n);

                ReduceLanes.lanes(out.array(), 5, x.array(), 28, n, valid);

                assertSumsOfProducts(out.values(), expected, magnitudes);
                assertSameBits(x.values(), Draws.withTail(values, valid, 0f));
            }
        }
    }

    @Test
    void clearTailLeavesExamplesAlone() {
        float[] values = Draws.gaussian(new Random(8), 5 * COUNT);
        for (int valid : new int[] {0, 1, 7, 15, 16}) {
            Guarded x = Guarded.input(12, values);

            ReduceLanes.clearTail(x.array(), 12, 5, valid);

            assertSameBits(x.values(), Draws.withTail(values, valid, 0f));
        }
    }

    @Test
    void blocksAreAddedInTheirOrder() {
        Random random = new Random(9);
        for (int blocks : new int[] {1, 2, 5, 16}) {
            for (int n : new int[] {1, 10, 33}) {
                int stride = n + 3;
                float[] values = Draws.gaussian(random, blocks * stride);
                float[] expected = new float[n];
                for (int i = 0; i < n; i++) {
                    expected[i] = values[i];
                    for (int b = 1; b < blocks; b++) {
                        expected[i] += values[b * stride + i];
                    }
                }
                Guarded partial = Guarded.input(7, values);
                Guarded out = Guarded.output(5, n);

                ReduceLanes.blocks(out.array(), 5, partial.array(), 7, stride, n, blocks);

                assertSameBits(out.values(), expected);
            }
        }
    }
}
