package org.skipjack.kernels;

import static org.skipjack.kernels.Closeness.assertExact;
import static org.skipjack.kernels.Closeness.assertSameBits;
import static org.skipjack.kernels.Closeness.assertSumsOfProducts;
import static org.skipjack.kernels.Draws.magnitudes;
import static org.skipjack.kernels.Lanes.COUNT;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MatMulLanesTest {
    static IntStream upTo33() {
        return IntStream.rangeClosed(1, 33);
    }

    @ParameterizedTest
    @MethodSource("upTo33")
    void forwardMatchesItsTwinAndDoublePrecision(int rows) {
        Random random = new Random(rows);
        for (int depth = 1; depth <= 33; depth++) {
            for (boolean transposed : new boolean[] {false, true}) {
                checkForward(
                        Draws.whole(random, depth * COUNT, 8),
                        Draws.whole(random, rows * depth, 8),
                        rows,
                        depth,
                        transposed,
                        true);
                checkForward(
                        Draws.gaussian(random, depth * COUNT),
                        Draws.gaussian(random, rows * depth),
                        rows,
                        depth,
                        transposed,
                        false);
            }
        }
    }

    private static void checkForward(float[] xs, float[] ws, int rows, int depth, boolean transposed, boolean whole) {
        var g = transposed ? new MatMulGeometry(rows, depth, 1, rows) : new MatMulGeometry(rows, depth, depth, 1);
        float[] bias = whole ? Draws.whole(new Random(rows), rows, 8) : Conv2dLanes.NO_BIAS;
        Guarded x = Guarded.input(12, xs);
        Guarded w = Guarded.input(3, ws);
        Guarded y = Guarded.output(28, rows * COUNT);
        Guarded scalar = Guarded.output(12, rows * COUNT);

        MatMulLanes.forward(y.array(), 28, x.array(), 12, w.array(), 3, bias, 0, g);
        MatMulLanesScalar.forward(scalar.array(), 12, x.array(), 12, w.array(), 3, bias, 0, g);

        assertSameBits(y.values(), scalar.values());
        double[] expected = product(xs, ws, g);
        if (whole) {
            for (int i = 0; i < expected.length; i++) {
                expected[i] += bias[i / COUNT];
            }
            assertExact(y.values(), expected);
        } else {
            assertSumsOfProducts(y.values(), expected, product(magnitudes(xs), magnitudes(ws), g));
        }
    }

    private static double[] product(float[] x, float[] w, MatMulGeometry g) {
        double[] y = new double[g.rows() * COUNT];
        for (int i = 0; i < y.length; i++) {
            for (int k = 0; k < g.depth(); k++) {
                y[i] += (double) w[i / COUNT * g.rowStride() + k * g.depthStride()] * x[k * COUNT + i % COUNT];
            }
        }
        return y;
    }

    @ParameterizedTest
    @MethodSource("upTo33")
    void weightGradientMatchesItsTwinAndDoublePrecision(int rows) {
        Random random = new Random(rows);
        for (int depth = 1; depth <= 33; depth++) {
            int blocks = 1 + depth % 5;
            int first = random.nextInt(rows);
            int last = first + 1 + random.nextInt(rows - first);
            Range range = new Range(rows, depth, blocks, first, last);
            checkWeightGradient(
                    Draws.whole(random, blocks * rows * COUNT, 8),
                    Draws.whole(random, blocks * depth * COUNT, 8),
                    range,
                    true);
            checkWeightGradient(
                    Draws.gaussian(random, blocks * rows * COUNT),
                    Draws.gaussian(random, blocks * depth * COUNT),
                    range,
                    false);
        }
    }

    /** Rows {@code first} to {@code last} of a gradient, over blocks that follow one another. */
    private record Range(int rows, int depth, int blocks, int first, int last) {}

    private static void checkWeightGradient(float[] dys, float[] xs, Range r, boolean whole) {
        Guarded dy = Guarded.input(28, dys);
        Guarded x = Guarded.input(12, xs);
        Guarded sums = Guarded.output(7, MatMulLanes.SUMS);
        // Only the rows asked for may be written: the range begins and ends with them.
        int rowsBefore = r.first * r.depth;
        Guarded dw = Guarded.output(5 + rowsBefore, (r.last - r.first) * r.depth);
        Guarded scalar = Guarded.output(9 + rowsBefore, dw.length());

        MatMulLanes.weightGradient(
                dw.array(),
                5,
                dy.array(),
                28,
                r.rows * COUNT,
                x.array(),
                12,
                r.depth * COUNT,
                r.first,
                r.last,
                r.depth,
                r.blocks,
                sums.array(),
                7);
        MatMulLanesScalar.weightGradient(
                scalar.array(),
                9,
                dy.array(),
                28,
                r.rows * COUNT,
                x.array(),
                12,
                r.depth * COUNT,
                r.first,
                r.last,
                r.depth,
                r.blocks,
                sums.array(),
                7);

        sums.values();
        assertSameBits(dw.values(), scalar.values());
        double[] expected = gradient(dys, xs, r);
        if (whole) {
            assertExact(dw.values(), expected);
        } else {
            assertSumsOfProducts(dw.values(), expected, gradient(magnitudes(dys), magnitudes(xs), r));
        }
    }

    private static double[] gradient(float[] dy, float[] x, Range r) {
        double[] dw = new double[(r.last - r.first) * r.depth];
        for (int i = 0; i < dw.length; i++) {
            int row = r.first + i / r.depth;
            int k = i % r.depth;
            for (int b = 0; b < r.blocks; b++) {
                for (int l = 0; l < COUNT; l++) {
                    dw[i] += (double) dy[(b * r.rows + row) * COUNT + l] * x[(b * r.depth + k) * COUNT + l];
                }
            }
        }
        return dw;
    }
}
