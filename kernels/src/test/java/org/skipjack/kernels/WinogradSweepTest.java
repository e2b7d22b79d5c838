package org.skipjack.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skipjack.kernels.Closeness.assertSameBits;
import static org.skipjack.kernels.Lanes.COUNT;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WinogradSweepTest {
    /** Threads for which tasks are as small as can be. */
    private static final int MANY = 64;

    /** One to four tiles, whole and cut, all paddings, both strides, and as many blocks and maps as make tasks of one size and of two. */
    static Stream<Arguments> batches() {
        return Stream.of(
                Arguments.of(geometry(16, 3, 3, 16, 1, 1), 1),
                Arguments.of(geometry(48, 3, 3, 80, 1, 1), 3),
                Arguments.of(geometry(144, 3, 3, 16, 1, 1), 2),
                Arguments.of(geometry(16, 3, 4, 144, 1, 1), 2),
                Arguments.of(geometry(16, 6, 6, 48, 1, 1), 6),
                Arguments.of(geometry(16, 5, 3, 32, 0, 1), 5),
                Arguments.of(geometry(48, 4, 4, 32, 1, 1), 9),
                Arguments.of(geometry(16, 1, 1, 16, 1, 2), 2),
                Arguments.of(geometry(32, 2, 8, 16, 2, 1), 17),
                Arguments.of(geometry(16, 5, 4, 112, 0, 0), 13),
                Arguments.of(byTwos(16, 6, 6, 32, 1, 1), 3),
                Arguments.of(byTwos(48, 12, 12, 16, 1, 1), 2),
                Arguments.of(byTwos(16, 8, 3, 32, 0, 1), 5),
                Arguments.of(byTwos(16, 1, 11, 16, 1, 2), 1),
                Arguments.of(geometry(16, 3, 3, 128, 1, 1), 7));
    }

    private static ConvGeometry byTwos(int channels, int height, int width, int filters, int padH, int padW) {
        return new ConvGeometry(channels, height, width, filters, 3, 3, 2, 2, padH, padW, 1, 1);
    }

    private static ConvGeometry geometry(int channels, int height, int width, int filters, int padH, int padW) {
        return new ConvGeometry(channels, height, width, filters, 3, 3, 1, 1, padH, padW, 1, 1);
    }

    @ParameterizedTest
    @MethodSource("batches")
    void forwardIsTheConvolution(ConvGeometry g, int blocks) {
        Random random = new Random(g.hashCode());
        float[] bias = Draws.gaussian(random, g.filters());
        double[][] expected = new double[blocks][];
        float[][] xs = new float[blocks][];
        float[] ws = Draws.gaussian(random, g.filters() * g.taps());
        int plane = g.outH() * g.outW() * COUNT;
        for (int b = 0; b < blocks; b++) {
            xs[b] = Draws.gaussian(random, g.channels() * g.height() * g.width() * COUNT);
            expected[b] = Conv2dOracle.forward(xs[b], ws, g);
            for (int i = 0; i < expected[b].length; i++) {
                expected[b][i] += bias[i / plane];
            }
        }

        var start = new Slice(bias, 0);
        float[][] got = pass(WinogradSweep.forward(g, blocks, 1), xs, ws, start, g.filters() * plane);
        float[][] inManyTasks = pass(WinogradSweep.forward(g, blocks, MANY), xs, ws, start, g.filters() * plane);

        for (int b = 0; b < blocks; b++) {
            assertSameBits(inManyTasks[b], got[b]);
            assertThat(Closeness.relativeL2(got[b], expected[b])).isLessThan(WinogradErrors.tolerance(g, g.channels()));
        }
    }

    @ParameterizedTest
    @MethodSource("batches")
    void inputGradientIsThatOfTheConvolution(ConvGeometry g, int blocks) {
        Random random = new Random(g.hashCode());
        float[] ws = Draws.gaussian(random, g.filters() * g.taps());
        float[][] dys = new float[blocks][];
        Arrays.setAll(dys, b -> Draws.gaussian(random, g.filters() * g.outH() * g.outW() * COUNT));
        int length = g.channels() * g.height() * g.width() * COUNT;

        float[][] got =
                pass(WinogradSweep.inputGradient(g, blocks, 1), dys, ws, new Slice(Conv2dLanes.NO_BIAS, 0), length);

        for (int b = 0; b < blocks; b++) {
            assertThat(Closeness.relativeL2(got[b], Conv2dOracle.inputGradient(dys[b], ws, g)))
                    .isLessThan(WinogradErrors.tolerance(g, g.filters()));
        }
    }

    /** Each block's factors, all tasks, each block's results, in memory whose ends are watched. */
    private static float[][] pass(WinogradSweep sweep, float[][] maps, float[] ws, Slice bias, int length) {
        int blocks = maps.length;
        int factors = COUNT * sweep.factors();
        int products = COUNT * sweep.products();
        Guarded v = Guarded.output(12, factors * blocks);
        Guarded m = Guarded.output(28, products * blocks);
        Guarded scratch = Guarded.output(12, sweep.blockScratch());
        for (int b = 0; b < blocks; b++) {
            sweep.factors(part(v, b * factors), slice(Guarded.input(28, maps[b])), slice(scratch));
        }
        scratch.values();
        Guarded filters = Guarded.output(12, sweep.scratch());
        Slice w = slice(Guarded.input(3, ws));
        for (int task = 0; task < sweep.tasks(); task++) {
            sweep.products(task, slice(m), slice(v), w, slice(filters));
        }
        filters.values();
        v.values();
        float[][] results = new float[blocks][];
        for (int b = 0; b < blocks; b++) {
            Guarded y = Guarded.output(12, length);
            sweep.results(slice(y), part(m, b * products), bias, slice(scratch));
            results[b] = y.values();
        }
        m.values();
        scratch.values();
        return results;
    }

    @ParameterizedTest
    @MethodSource("batches")
    void weightGradientIsTheSumOverTheBatch(ConvGeometry g, int blocks) {
        Random random = new Random(g.hashCode());
        var sweep = WinogradGradientSweep.of(g, blocks, 1);
        var inputGradient = WinogradSweep.inputGradient(g, blocks, 1);
        int gradients = COUNT * inputGradient.factors();
        int factors = COUNT * sweep.factors();
        Guarded dm = Guarded.output(12, gradients * blocks);
        Guarded v = Guarded.output(28, factors * blocks);
        Guarded small = Guarded.output(12, inputGradient.blockScratch());
        Guarded scratch = Guarded.output(12, sweep.blockScratch());
        double[] expected = new double[g.filters() * g.taps()];
        for (int b = 0; b < blocks; b++) {
            float[] dys = Draws.gaussian(random, g.filters() * g.outH() * g.outW() * COUNT);
            float[] xs = Draws.gaussian(random, g.channels() * g.height() * g.width() * COUNT);
            double[] one = Conv2dOracle.weightGradient(dys, xs, g);
            Arrays.setAll(expected, i -> expected[i] + one[i]);
            inputGradient.factors(part(dm, b * gradients), slice(Guarded.input(28, dys)), slice(small));
            sweep.factors(b, slice(v), slice(Guarded.input(12, xs)), slice(scratch));
        }
        scratch.values();

        float[] dw = gradients(sweep, g, dm, v);

        int terms = blocks * COUNT * WinogradGrid.output(g, WinogradTile.of(g)).tiles();
        assertThat(Closeness.relativeL2(dw, expected)).isLessThan(WinogradErrors.tolerance(g, terms));
        assertSameBits(gradients(WinogradGradientSweep.of(g, blocks, MANY), g, dm, v), dw);
    }

    private static float[] gradients(WinogradGradientSweep sweep, ConvGeometry g, Guarded dm, Guarded v) {
        Guarded dw = Guarded.output(5, g.filters() * g.taps());
        Guarded sums = Guarded.output(12, sweep.scratch());
        for (int task = 0; task < sweep.tasks(); task++) {
            sweep.run(task, slice(dw), slice(dm), slice(v), slice(sums));
        }
        sums.values();
        return dw.values();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void productsOfVectorsMatchTheirTwins(int vectors) {
        Random random = new Random(vectors);
        for (int depth : new int[] {1, 16, 128, 300}) {
            for (int groups : new int[] {1, 3}) {
                var product = new VectorsProduct(vectors, depth);
                int group = depth * COUNT + 7;
                int second = groups * COUNT * COUNT;
                Guarded a = Guarded.input(5, Draws.gaussian(random, groups * group));
                Guarded b = Guarded.input(9, Draws.gaussian(random, 2 * depth * COUNT));
                Guarded c = Guarded.output(12, vectors * second);
                Guarded twin = Guarded.output(3, vectors * second);
                int other = b.at() + depth * COUNT;
                product.run(groups, c.array(), 12, 12 + second, a.array(), 5, group, b.array(), b.at(), other);
                for (int k = 0; k < depth; k += VectorsProduct.PORTION) {
                    int from = k * COUNT;
                    product.scalar(
                            k > 0,
                            Math.min(VectorsProduct.PORTION, depth - k),
                            groups,
                            twin.array(),
                            3,
                            3 + second,
                            a.array(),
                            5 + from,
                            group,
                            b.array(),
                            b.at() + from,
                            other + from);
                }
                assertSameBits(c.values(), twin.values());
            }
        }
    }

    @Test
    void onlyMapsOfFewTilesFit() {
        assertThat(WinogradSweep.fits(geometry(16, 8, 8, 16, 1, 1))).isTrue();
        assertThat(WinogradSweep.fits(geometry(16, 10, 8, 16, 1, 1))).isFalse();
        assertThat(WinogradSweep.fits(geometry(17, 3, 3, 16, 1, 1))).isFalse();
        assertThat(WinogradSweep.fits(byTwos(16, 12, 12, 16, 1, 1))).isTrue();
        assertThat(WinogradSweep.fits(byTwos(16, 12, 13, 16, 1, 1))).isFalse();
        assertThat(WinogradSweep.fits(new ConvGeometry(16, 4, 4, 16, 3, 3, 1, 2, 1, 1, 1, 1)))
                .isFalse();
        assertThat(WinogradSweep.fits(new ConvGeometry(16, 4, 4, 16, 5, 5, 1, 1, 2, 2, 1, 1)))
                .isFalse();
    }

    @Test
    void moreBlocksMakeFewerTasks() {
        ConvGeometry g = geometry(16, 3, 3, 112, 1, 1);
        assertThat(tasks(g, 1, 1)).isEqualTo(7);
        assertThat(tasks(g, 2, 1)).isEqualTo(7);
        assertThat(tasks(g, 4, 1)).isEqualTo(4);
        assertThat(tasks(g, 5, 1)).isEqualTo(3);
        assertThat(tasks(g, 100, 1)).isEqualTo(3);
    }

    @Test
    void manyThreadsHaveTasksForAll() {
        ConvGeometry g = geometry(16, 3, 3, 256, 1, 1);
        assertThat(tasks(g, 16, 1)).isEqualTo(4);
        assertThat(tasks(g, 16, 2)).isEqualTo(4);
        assertThat(tasks(g, 16, 4)).isEqualTo(8);
        assertThat(tasks(g, 16, 8)).isEqualTo(16);
        assertThat(tasks(g, 16, 64)).isEqualTo(16);
    }

    private static int tasks(ConvGeometry g, int blocks, int threads) {
        return WinogradSweep.forward(g, blocks, threads).tasks();
    }

    private static Slice slice(Guarded range) {
        return part(range, 0);
    }

    private static Slice part(Guarded range, int from) {
        return new Slice(range.array(), range.at() + from);
    }
}
