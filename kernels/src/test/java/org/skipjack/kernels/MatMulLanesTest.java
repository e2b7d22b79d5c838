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
import org.junit.jupiter.params.provider.ValueSource;

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

    /** Panels that are full, that end within a vector, and more than one. */
    @ParameterizedTest
    @MethodSource("upTo33")
    void weightGradientIsTheSumOverAllExamples(int rows) {
        Random random = new Random(rows);
        for (int depth = 1; depth <= 67; depth += depth % 16 == 0 ? 1 : 3) {
            var sizes = new Sizes(rows, depth, 1 + depth % 5);
            int dy = sizes.blocks * rows * COUNT;
            int x = sizes.blocks * depth * COUNT;
            checkWeightGradient(Draws.whole(random, dy, 8), Draws.whole(random, x, 8), sizes, true);
            checkWeightGradient(Draws.gaussian(random, dy), Draws.gaussian(random, x), sizes, false);
        }
    }

    /** A gradient over blocks that follow one another. */
    private record Sizes(int rows, int depth, int blocks) {}

    private static void checkWeightGradient(float[] dys, float[] xs, Sizes n, boolean whole) {
        Guarded dy = Guarded.input(28, dys);
        Guarded x = Guarded.input(12, xs);
        var gradient = new MatMulWeightGradient(n.rows, n.depth);
        Guarded scratch = Guarded.output(7, gradient.scratch(n.blocks));
        Guarded dw = Guarded.output(5, n.rows * n.depth);
        for (int task = 0; task < gradient.tasks(); task++) {
            gradient.run(
                    task,
                    new Slice(dw.array(), 5),
                    new Slice(dy.array(), 28),
                    n.rows * COUNT,
                    new Slice(x.array(), 12),
                    n.depth * COUNT,
                    n.blocks,
                    new Slice(scratch.array(), 7));
        }

        scratch.values();
        double[] expected = gradient(dys, xs, n);
        if (whole) {
            assertExact(dw.values(), expected);
        } else {
            assertSumsOfProducts(dw.values(), expected, gradient(magnitudes(dys), magnitudes(xs), n));
        }
    }

    private static double[] gradient(float[] dy, float[] x, Sizes n) {
        double[] dw = new double[n.rows * n.depth];
        for (int i = 0; i < dw.length; i++) {
            int row = i / n.depth;
            int k = i % n.depth;
            for (int b = 0; b < n.blocks; b++) {
                for (int l = 0; l < COUNT; l++) {
                    dw[i] += (double) dy[(b * n.rows + row) * COUNT + l] * x[(b * n.depth + k) * COUNT + l];
                }
            }
        }
        return dw;
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 32})
    void productsInLanesMatchTheirTwin(int columns) {
        Random random = new Random(columns);
        for (int rows : new int[] {1, 4, 8, 17, 33}) {
            for (int blocks : new int[] {1, 3}) {
                float[] a = Draws.gaussian(random, blocks * rows * COUNT);
                int block = COUNT * columns + 16;
                float[] panel = Draws.gaussian(random, blocks * block);
                float[] c = new float[rows * columns];
                float[] twin = new float[c.length];
                var product = new LanesProduct(rows, columns);
                product.run(c, 0, columns, a, 0, rows * COUNT, panel, 0, block, blocks);
                product.scalar(twin, 0, columns, a, 0, rows * COUNT, panel, 0, block, blocks);
                assertSameBits(c, twin);
            }
        }
    }
}
