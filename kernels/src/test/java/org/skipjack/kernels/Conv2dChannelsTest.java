package org.skipjack.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skipjack.kernels.Closeness.assertExact;
import static org.skipjack.kernels.Closeness.assertSameBits;
import static org.skipjack.kernels.Closeness.assertSumsOfProducts;
import static org.skipjack.kernels.Draws.magnitudes;
import static org.skipjack.kernels.Draws.oneOf;
import static org.skipjack.kernels.Lanes.COUNT;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class Conv2dChannelsTest {
    /** Layers of every kind that nets have, small, and 100 drawn sizes. */
    static Stream<ConvGeometry> geometries() {
        var random = new Random(11);
        List<ConvGeometry> all = new ArrayList<>();
        all.add(new ConvGeometry(1, 14, 14, 6, 5, 5, 1, 1, 2, 2, 1, 1));
        all.add(new ConvGeometry(1, 21, 21, 17, 7, 7, 2, 2, 3, 3, 1, 1));
        all.add(new ConvGeometry(48, 3, 3, 33, 3, 3, 1, 1, 1, 1, 1, 1));
        all.add(new ConvGeometry(33, 6, 6, 40, 3, 3, 2, 2, 1, 1, 1, 1));
        all.add(new ConvGeometry(40, 6, 6, 16, 1, 1, 2, 2, 0, 0, 1, 1));
        all.add(new ConvGeometry(100, 1, 1, 300, 1, 1, 1, 1, 0, 0, 1, 1));
        all.addAll(Conv2dLanesTest.rowsWithLoops());
        all.add(new ConvGeometry(18, 1, 50, 33, 1, 31, 1, 1, 0, 15, 1, 1));
        while (all.size() < 106) {
            var g = new ConvGeometry(
                    oneOf(random, 1, 2, 3, 5, 15, 16, 17, 33),
                    oneOf(random, 1, 2, 3, 4, 6, 9, 17),
                    oneOf(random, 1, 2, 3, 4, 6, 9, 17, 33),
                    oneOf(random, 1, 3, 15, 16, 17, 33, 70),
                    oneOf(random, 1, 3, 5),
                    oneOf(random, 1, 3, 5, 7),
                    oneOf(random, 1, 2, 3),
                    oneOf(random, 1, 2, 3),
                    oneOf(random, 0, 1, 2),
                    oneOf(random, 0, 1, 3),
                    oneOf(random, 1, 1, 2),
                    oneOf(random, 1, 1, 3));
            boolean fits = g.outH() > 0 && g.outW() > 0;
            if (fits && (long) g.taps() * g.filters() * g.outH() * g.outW() < 400_000) {
                all.add(g);
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("geometries")
    void matchesItsTwinAndDoublePrecision(ConvGeometry g) {
        var random = new Random(g.hashCode());
        int inputs = g.channels() * g.height() * g.width();
        int weights = g.filters() * g.taps();
        boolean blocked = random.nextBoolean();
        float[] x = Draws.whole(random, inputs, 8);
        float[] w = Draws.whole(random, weights, 8);
        float[] bias = Draws.whole(random, g.filters(), 8);
        double[] expected = Conv2dOracle.example(x, w, g);
        int plane = g.outH() * g.outW();
        for (int i = 0; i < expected.length; i++) {
            expected[i] += bias[i / plane];
        }
        assertExact(run(x, w, bias, g, blocked), expected);

        x = Draws.gaussian(random, inputs);
        w = Draws.gaussian(random, weights);
        float[] none = new float[g.filters()];
        assertSumsOfProducts(
                run(x, w, none, g, blocked),
                Conv2dOracle.example(x, w, g),
                Conv2dOracle.example(magnitudes(x), magnitudes(w), g));
    }

    /** Computes it by both twins, which must agree, and brings it into rows. */
    private static float[] run(float[] x, float[] w, float[] bias, ConvGeometry g, boolean blocked) {
        var kernel = new Conv2dChannels(g, blocked, false, false);
        Slice packed = pack(g, w, bias, ChannelWeights.Norm.NONE);
        Slice in = new Slice(x, 0);
        if (blocked) {
            in = blocks(x, g.channels(), g.height() * g.width());
        }
        int plane = g.outH() * g.outW();
        int out = ChannelBlocks.blocks(g.filters()) * plane * COUNT;
        Guarded y = Guarded.output(28, out);
        Guarded twin = Guarded.output(12, out);
        Slice nothing = new Slice(new float[0], 0);
        for (int task = 0; task < kernel.tasks(); task++) {
            kernel.run(task, new Slice(y.array(), y.at()), in, packed, nothing);
            kernel.scalar(task, new Slice(twin.array(), twin.at()), in, packed, nothing);
        }
        assertSameBits(y.values(), twin.values());
        return rows(y.values(), g.filters(), plane);
    }

    private static Slice pack(ConvGeometry g, float[] w, float[] bias, ChannelWeights.Norm norm) {
        var layout = new ChannelWeights(g);
        var packed = new Slice(new float[layout.floats()], 0);
        for (int group = 0; group < layout.groups(); group++) {
            layout.pack(group, packed, new Slice(w, 0), new Slice(bias, 0), norm);
        }
        return packed;
    }

    private static Slice blocks(float[] x, int channels, int pixels) {
        int n = ChannelBlocks.blocks(channels);
        var blocks = new Slice(new float[n * pixels * COUNT], 0);
        ChannelBlocks.fromRows(blocks, new Slice(x, 0), channels, pixels, 0, n);
        return blocks;
    }

    private static float[] rows(float[] y, int channels, int pixels) {
        var rows = new Slice(new float[channels * pixels], 0);
        ChannelBlocks.toRows(rows, new Slice(y, 0), channels, pixels, 0, ChannelBlocks.blocks(channels));
        return rows.array();
    }

    @Test
    void theEpilogueAddsAndRectifies() {
        var g = new ConvGeometry(2, 5, 7, 18, 3, 3, 1, 1, 1, 1, 1, 1);
        var random = new Random(3);
        float[] x = Draws.whole(random, 2 * 35, 4);
        float[] w = Draws.whole(random, 18 * 18, 4);
        float[] more = Draws.whole(random, 18 * 35, 9);
        double[] expected = Conv2dOracle.example(x, w, g);
        for (int i = 0; i < expected.length; i++) {
            expected[i] = Math.max(0, expected[i] + more[i]);
        }
        var kernel = new Conv2dChannels(g, false, true, true);
        Slice packed = pack(g, w, new float[18], ChannelWeights.Norm.NONE);
        Slice added = blocks(more, 18, 35);
        var y = new Slice(new float[2 * 35 * COUNT], 0);
        var twin = new Slice(new float[2 * 35 * COUNT], 0);
        for (int task = 0; task < kernel.tasks(); task++) {
            kernel.run(task, y, new Slice(x, 0), packed, added);
            kernel.scalar(task, twin, new Slice(x, 0), packed, added);
        }
        assertSameBits(y.array(), twin.array());
        assertExact(rows(y.array(), 18, 35), expected);
    }

    /** Means, variances of 4^k less epsilon and factors that are powers of two: everything stays exact. */
    @Test
    void aBatchNormIsFoldedIntoTheWeights() {
        var g = new ConvGeometry(3, 4, 4, 5, 1, 1, 1, 1, 0, 0, 1, 1);
        var random = new Random(4);
        float[] x = Draws.whole(random, 3 * 16, 4);
        float[] w = Draws.whole(random, 15, 4);
        float[] bias = Draws.whole(random, 5, 4);
        float epsilon = 0x1p-10f;
        float[] statistics = {1, -2, 3, 0, 5, 1 - epsilon, 4 - epsilon, 16 - epsilon, 4 - epsilon, 1 - epsilon};
        float[] gamma = {1, 2, -4, 0.5f, 0};
        float[] beta = {0, 1, -1, 7, 2};
        double[] expected = Conv2dOracle.example(x, w, g);
        for (int i = 0; i < expected.length; i++) {
            int c = i / 16;
            double deviation = Math.sqrt(statistics[5 + c] + epsilon);
            expected[i] = (expected[i] + bias[c] - statistics[c]) / deviation * gamma[c] + beta[c];
        }
        var norm = new ChannelWeights.Norm(new Slice(statistics, 0), new Slice(gamma, 0), new Slice(beta, 0), epsilon);
        var kernel = new Conv2dChannels(g, false, false, false);
        Slice packed = pack(g, w, bias, norm);
        var y = new Slice(new float[16 * COUNT], 0);
        for (int task = 0; task < kernel.tasks(); task++) {
            kernel.run(task, y, new Slice(x, 0), packed, y);
        }
        assertExact(rows(y.array(), 5, 16), expected);

        Slice in = blocks(rowsOf(expected), 5, 16);
        var normal = new Slice(new float[16 * COUNT], 0);
        ChannelBlocks.normalize(normal, in, norm, 0, 5, 16);
        for (int i = 0; i < expected.length; i++) {
            int c = i / 16;
            double deviation = Math.sqrt(statistics[5 + c] + epsilon);
            expected[i] = (expected[i] - statistics[c]) / deviation * gamma[c] + beta[c];
        }
        assertExact(rows(normal.array(), 5, 16), expected);
    }

    private static float[] rowsOf(double[] values) {
        var floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    @Test
    void whatGoesIntoBlocksComesBack() {
        float[] x = Draws.gaussian(new Random(5), 35 * 9);
        assertThat(rows(blocks(x, 35, 9).array(), 35, 9)).isEqualTo(x);
    }
}
