package org.skipjack.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skipjack.kernels.Closeness.assertSameBits;
import static org.skipjack.kernels.Lanes.COUNT;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class WinogradChannelsTest {
    private static final Slice NOTHING = new Slice(new float[0], 0);

    /** Tiles of 2, 3 and 4, whole and cut, one strip and several, groups of one and two blocks, all paddings. */
    static Stream<ConvGeometry> geometries() {
        return Stream.of(
                geometry(16, 8, 8, 16, 1, 1),
                geometry(32, 6, 6, 48, 1, 1),
                geometry(16, 12, 12, 80, 1, 1),
                geometry(16, 12, 9, 32, 1, 0),
                geometry(48, 5, 7, 16, 0, 2),
                geometry(16, 14, 14, 48, 1, 1),
                geometry(16, 13, 5, 16, 2, 1),
                geometry(16, 1, 17, 16, 2, 2),
                geometry(16, 1, 1, 16, 1, 1),
                geometry(64, 24, 24, 64, 1, 1),
                geometry(16, 27, 30, 16, 1, 1));
    }

    private static ConvGeometry geometry(int channels, int height, int width, int filters, int padH, int padW) {
        return new ConvGeometry(channels, height, width, filters, 3, 3, 1, 1, padH, padW, 1, 1);
    }

    @ParameterizedTest
    @MethodSource("geometries")
    void itIsTheConvolutionWithItsEpilogue(ConvGeometry g) {
        Random random = new Random(g.hashCode());
        float[] x = Draws.gaussian(random, g.channels() * g.height() * g.width());
        float[] w = Draws.gaussian(random, g.filters() * g.taps());
        float[] bias = Draws.gaussian(random, g.filters());
        int plane = g.outH() * g.outW();
        float[] more = Draws.gaussian(random, g.filters() * plane);

        double[] expected = Conv2dOracle.example(x, w, g);
        for (int i = 0; i < expected.length; i++) {
            expected[i] += bias[i / plane];
        }
        Slice packed = pack(g, w, bias, ChannelWeights.Norm.NONE);
        assertClose(run(g, x, packed, NOTHING, false), expected, g);
        for (int i = 0; i < expected.length; i++) {
            expected[i] = Math.max(0, expected[i] + more[i]);
        }
        assertClose(run(g, x, packed, blocks(more, g.filters(), plane), true), expected, g);
    }

    private static void assertClose(float[] actual, double[] expected, ConvGeometry g) {
        var tile = WinogradTile.ofExample(g.outH(), g.outW());
        assertThat(Closeness.relativeL2(actual, expected)).isLessThan(WinogradErrors.tolerance(g, tile, g.channels()));
    }

    /** Computes it with products by both twins, which must agree, and brings it into rows. */
    private static float[] run(ConvGeometry g, float[] x, Slice packed, Slice added, boolean rectified) {
        var kernel = new WinogradChannels(g, added.array().length > 0, rectified);
        Slice in = blocks(x, g.channels(), g.height() * g.width());
        int plane = g.outH() * g.outW();
        Guarded y = Guarded.output(28, g.filters() * plane);
        Guarded twin = Guarded.output(12, g.filters() * plane);
        Guarded scratch = Guarded.output(20, kernel.scratch());
        for (int task = 0; task < kernel.tasks(); task++) {
            kernel.run(task, slice(y), in, packed, added, slice(scratch));
            kernel.run(task, slice(twin), in, packed, added, slice(scratch), false);
        }
        scratch.values();
        assertSameBits(y.values(), twin.values());
        var rows = new Slice(new float[g.filters() * plane], 0);
        ChannelBlocks.toRows(rows, new Slice(y.values(), 0), g.filters(), plane, 0, g.filters() / COUNT);
        return rows.array();
    }

    private static Slice slice(Guarded values) {
        return new Slice(values.array(), values.at());
    }

    private static Slice pack(ConvGeometry g, float[] w, float[] bias, ChannelWeights.Norm norm) {
        var layout = new WinogradChannelWeights(g);
        Guarded packed = Guarded.output(4, layout.floats());
        Guarded scratch = Guarded.output(20, layout.scratch());
        for (int group = 0; group < layout.groups(); group++) {
            layout.pack(group, slice(packed), new Slice(w, 0), new Slice(bias, 0), norm, slice(scratch));
        }
        scratch.values();
        return new Slice(packed.values(), 0);
    }

    private static Slice blocks(float[] x, int channels, int pixels) {
        var blocks = new Slice(new float[x.length], 0);
        ChannelBlocks.fromRows(blocks, new Slice(x, 0), channels, pixels, 0, channels / COUNT);
        return blocks;
    }

    /** Variances of 4^k less epsilon and factors that are powers of two scale the filters exactly. */
    @Test
    void aBatchNormIsFoldedIntoTheFilters() {
        ConvGeometry g = geometry(16, 8, 8, 16, 1, 1);
        Random random = new Random(5);
        float[] x = Draws.gaussian(random, 16 * 64);
        float[] w = Draws.gaussian(random, 16 * 16 * 9);
        float[] bias = Draws.gaussian(random, 16);
        float epsilon = 0x1p-10f;
        float[] statistics = new float[32];
        Arrays.fill(statistics, 16, 32, 4 - epsilon);
        float[] gamma = new float[16];
        Arrays.fill(gamma, 4f);
        float[] scaled = new float[w.length];
        for (int i = 0; i < w.length; i++) {
            scaled[i] = 2 * w[i];
        }
        float[] doubled = new float[16];
        for (int i = 0; i < 16; i++) {
            doubled[i] = 2 * bias[i];
        }
        var norm = new ChannelWeights.Norm(
                new Slice(statistics, 0), new Slice(gamma, 0), new Slice(new float[16], 0), epsilon);
        assertSameBits(
                run(g, x, pack(g, w, bias, norm), NOTHING, false),
                run(g, x, pack(g, scaled, doubled, ChannelWeights.Norm.NONE), NOTHING, false));
    }

    @Test
    void theEpilogueMatchesItsTwin() {
        for (int size = 2; size <= 4; size++) {
            var tile = WinogradTile.ofSize(size);
            int n = tile.points() * COUNT;
            Random random = new Random(size);
            Slice m = new Slice(Draws.gaussian(random, n), 0);
            float[] start = Draws.gaussian(random, COUNT);
            float[] added = Draws.gaussian(random, size * 5 * COUNT);
            for (int rows = 1; rows <= size; rows++) {
                var epilogue = new WinogradEpilogue(tile, 5 * COUNT, rows, size + 1 - rows, true, true);
                float[] y = new float[added.length];
                float[] twin = new float[added.length];
                int row = tile.side() * COUNT;
                epilogue.run(y, 0, m.array(), 0, row, COUNT, new float[n], 0, start, 0, added, 0);
                epilogue.scalar(twin, 0, m.array(), 0, row, COUNT, start, 0, added, 0);
                assertSameBits(y, twin);
            }
        }
    }

    /** Where it was measured to be faster, and where more weights than saved products would have to be read. */
    @ParameterizedTest
    @CsvSource({"56, 4, true", "24, 4, true", "12, 2, true", "6, 2, false", "3, 2, false", "1, 2, false"})
    void tilesAreLargeOnLargeMaps(int side, int tile, boolean pays) {
        assertThat(WinogradTile.ofExample(side, side).size()).isEqualTo(tile);
        assertThat(WinogradChannels.pays(geometry(64, side, side, 64, 1, 1))).isEqualTo(pays);
    }
}
