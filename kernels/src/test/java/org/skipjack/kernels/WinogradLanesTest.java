package org.skipjack.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skipjack.kernels.Closeness.assertSameBits;
import static org.skipjack.kernels.Lanes.COUNT;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.skipjack.kernels.WinogradLanes.Filters;

class WinogradLanesTest {
    /**
     * Whole and cut tiles of all sizes, all paddings, both strides, channels that make panels of one to four vectors, and where either side
     * may be, channels or filters that do not fill a vector.
     */
    static Stream<ConvGeometry> geometries() {
        return Stream.of(
                five(6, 12, 12, 16, 0, 0),
                five(16, 8, 8, 6, 2, 2),
                five(32, 9, 14, 48, 2, 1),
                five(1, 13, 11, 16, 4, 3),
                five(16, 5, 6, 1, 0, 2),
                five(80, 1, 1, 7, 4, 4),
                five(17, 3, 20, 32, 1, 4),
                geometry(16, 8, 8, 16, 1, 1),
                geometry(32, 6, 6, 16, 1, 1),
                geometry(16, 12, 9, 32, 1, 0),
                geometry(48, 5, 7, 16, 0, 2),
                geometry(80, 4, 4, 16, 1, 1),
                geometry(16, 3, 3, 96, 1, 1),
                geometry(16, 13, 5, 16, 2, 1),
                geometry(16, 1, 1, 16, 1, 1),
                geometry(16, 1, 17, 16, 2, 2),
                geometry(64, 24, 24, 64, 1, 1),
                byTwos(16, 12, 12, 16, 1, 1),
                byTwos(32, 15, 10, 48, 0, 2),
                byTwos(80, 6, 5, 32, 2, 1),
                byTwos(16, 1, 30, 16, 1, 0));
    }

    private static ConvGeometry byTwos(int channels, int height, int width, int filters, int padH, int padW) {
        return new ConvGeometry(channels, height, width, filters, 3, 3, 2, 2, padH, padW, 1, 1);
    }

    private static ConvGeometry geometry(int channels, int height, int width, int filters, int padH, int padW) {
        return new ConvGeometry(channels, height, width, filters, 3, 3, 1, 1, padH, padW, 1, 1);
    }

    private static ConvGeometry five(int channels, int height, int width, int filters, int padH, int padW) {
        return new ConvGeometry(channels, height, width, filters, 5, 5, 1, 1, padH, padW, 1, 1);
    }

    @ParameterizedTest
    @MethodSource("geometries")
    void forwardIsTheConvolution(ConvGeometry g) {
        Random random = new Random(g.hashCode());
        float[] xs = Draws.gaussian(random, g.channels() * g.height() * g.width() * COUNT);
        float[] ws = Draws.gaussian(random, g.filters() * g.taps());
        float[] bias = Draws.gaussian(random, g.filters());
        Guarded x = Guarded.input(28, xs);
        Guarded y = Guarded.output(12, g.filters() * g.outH() * g.outW() * COUNT);

        forward(y, x, ws, new Slice(bias, 0), Filters.FORWARD, g);

        double[] expected = Conv2dOracle.forward(xs, ws, g);
        int plane = g.outH() * g.outW() * COUNT;
        for (int i = 0; i < expected.length; i++) {
            expected[i] += bias[i / plane];
        }
        assertThat(Closeness.relativeL2(y.values(), expected)).isLessThan(WinogradErrors.tolerance(g, g.channels()));
    }

    @ParameterizedTest
    @MethodSource("geometries")
    void inputGradientIsThatOfTheConvolution(ConvGeometry g) {
        Random random = new Random(g.hashCode());
        float[] dys = Draws.gaussian(random, g.filters() * g.outH() * g.outW() * COUNT);
        float[] ws = Draws.gaussian(random, g.filters() * g.taps());
        Guarded dy = Guarded.input(28, dys);
        Guarded dx = Guarded.output(12, g.channels() * g.height() * g.width() * COUNT);

        double tolerance;
        if (WinogradLanes.inputGradientFilters(g) == Filters.TURNED) {
            ConvGeometry turned = WinogradLanes.turned(g);
            forward(dx, dy, ws, new Slice(Conv2dLanes.NO_BIAS, 0), Filters.TURNED, turned);
            tolerance = WinogradErrors.tolerance(turned, g.filters());
        } else {
            Guarded u = filters(ws, Filters.TRANSPOSED, g);
            Guarded scratch = Guarded.output(12, WinogradLanes.inputGradientScratch(g));
            WinogradLanes.inputGradient(slice(dx), slice(dy), slice(u), g, slice(scratch));
            scratch.values();
            tolerance = WinogradErrors.tolerance(g, g.filters());
        }

        assertThat(Closeness.relativeL2(dx.values(), Conv2dOracle.inputGradient(dys, ws, g)))
                .isLessThan(tolerance);
    }

    private static void forward(Guarded y, Guarded x, float[] ws, Slice bias, Filters kind, ConvGeometry g) {
        Guarded u = filters(ws, kind, g);
        Guarded scratch = Guarded.output(12, WinogradLanes.forwardScratch(g));
        WinogradLanes.forward(slice(y), slice(x), slice(u), bias, g, slice(scratch));
        scratch.values();
    }

    private static Guarded filters(float[] ws, Filters kind, ConvGeometry g) {
        Guarded w = Guarded.input(3, ws);
        Guarded u = Guarded.output(4, WinogradLanes.points(g) * WinogradLanes.filterPlane(g));
        Guarded scratch = Guarded.output(20, WinogradLanes.filterScratch(g));
        int rows = kind == Filters.TRANSPOSED ? g.channels() : g.filters();
        for (int i = 0; i < rows; i += 5) {
            WinogradLanes.filters(slice(u), slice(w), kind, g, i, Math.min(i + 5, rows), slice(scratch));
        }
        u.values();
        scratch.values();
        return u;
    }

    @ParameterizedTest
    @MethodSource("geometries")
    void weightGradientIsTheSumOverTheBlock(ConvGeometry g) {
        Random random = new Random(g.hashCode());
        float[] dys = Draws.gaussian(random, g.filters() * g.outH() * g.outW() * COUNT);
        float[] xs = Draws.gaussian(random, g.channels() * g.height() * g.width() * COUNT);
        Guarded dw = Guarded.output(5, g.filters() * g.taps());
        Guarded scratch = Guarded.output(12, WinogradLanes.gradientScratch(g));

        WinogradLanes.weightGradient(
                slice(dw), slice(Guarded.input(28, dys)), slice(Guarded.input(12, xs)), g, slice(scratch));

        scratch.values();
        assertThat(Closeness.relativeL2(dw.values(), Conv2dOracle.weightGradient(dys, xs, g)))
                .isLessThan(WinogradErrors.tolerance(
                        g, COUNT * WinogradGrid.output(g, WinogradTile.of(g)).tiles()));
    }

    @Test
    void otherConvolutionsAreRefused() {
        assertThat(WinogradLanes.fits(geometry(16, 8, 8, 16, 1, 1))).isTrue();
        assertThat(WinogradLanes.fits(geometry(17, 8, 8, 16, 1, 1))).isFalse();
        assertThat(WinogradLanes.fits(geometry(16, 8, 8, 8, 1, 1))).isFalse();
        assertThat(WinogradLanes.fits(geometry(16, 8, 8, 16, 3, 1))).isFalse();
        assertThat(WinogradLanes.fits(byTwos(16, 8, 8, 16, 1, 1))).isTrue();
        assertThat(WinogradLanes.fits(new ConvGeometry(16, 8, 8, 16, 3, 3, 2, 1, 1, 1, 1, 1)))
                .isFalse();
        assertThat(WinogradLanes.fits(new ConvGeometry(16, 8, 8, 16, 3, 3, 3, 3, 1, 1, 1, 1)))
                .isFalse();
        assertThat(WinogradLanes.fits(new ConvGeometry(16, 8, 8, 16, 5, 5, 2, 2, 1, 1, 1, 1)))
                .isFalse();
        assertThat(WinogradLanes.fits(five(16, 8, 8, 6, 1, 1))).isTrue();
        assertThat(WinogradLanes.fits(five(6, 8, 8, 16, 1, 1))).isTrue();
        assertThat(WinogradLanes.fits(five(1, 8, 8, 6, 1, 1))).isFalse();
        assertThat(WinogradLanes.fits(new ConvGeometry(16, 8, 8, 16, 3, 5, 1, 1, 1, 1, 1, 1)))
                .isFalse();
        assertThat(WinogradLanes.fits(new ConvGeometry(16, 8, 8, 16, 7, 7, 1, 1, 1, 1, 1, 1)))
                .isFalse();
        assertThat(WinogradChannels.fits(five(16, 8, 8, 16, 1, 1))).isFalse();
        assertThat(WinogradChannels.fits(byTwos(16, 8, 8, 16, 1, 1))).isFalse();
    }

    /** {@code y = Aᵀ [(G g) ∘ (Bᵀ d)]} is the correlation, exactly so but for the rounding of the matrices. */
    @ParameterizedTest
    @CsvSource({"2, 3, 1", "3, 3, 1", "4, 3, 1", "4, 5, 1", "3, 3, 2", "3, 4, 2", "3, 4, 3"})
    void theMatricesGiveACorrelation(int size, int taps, int stride) {
        var m = new WinogradMatrices(size, taps, stride);
        Random random = new Random(size);
        double[] d = random.doubles(m.products()).toArray();
        double[] g = random.doubles(taps).toArray();
        double[] u = times(m.filter(), g);
        double[] v = times(m.input(), d);
        for (int i = 0; i < u.length; i++) {
            u[i] *= v[i];
        }
        double[] y = times(m.output(), u);
        for (int i = 0; i < size; i++) {
            double expected = 0;
            for (int t = 0; t < taps; t++) {
                expected += d[i * stride + t] * g[t];
            }
            assertThat(y[i] - expected).isBetween(-1e-13, 1e-13);
        }
    }

    private static double[] times(double[][] m, double[] x) {
        double[] y = new double[m.length];
        for (int i = 0; i < m.length; i++) {
            for (int k = 0; k < x.length; k++) {
                y[i] += m[i][k] * x[k];
            }
        }
        return y;
    }

    @ParameterizedTest
    @CsvSource({"2, 3, 1", "3, 3, 1", "4, 3, 1", "4, 5, 1", "3, 3, 2", "3, 4, 2", "3, 4, 3"})
    void transformsMatchTheirTwins(int size, int taps, int stride) {
        var m = new WinogradMatrices(size, taps, stride);
        twins(m.input(), false);
        twins(m.filter(), false);
        twins(m.output(), true);
        twins(WinogradMatrices.transposed(m.output()), false);
        twins(WinogradMatrices.transposed(m.filter()), false);
        twins(WinogradMatrices.transposed(m.input()), false);
    }

    private static void twins(double[][] matrix, boolean started) {
        int n = matrix[0].length;
        int results = matrix.length * matrix.length * COUNT;
        var transform = new WinogradTransform(matrix, started);
        Guarded in = Guarded.input(5, Draws.gaussian(new Random(n), n * n * COUNT));
        Guarded out = Guarded.output(7, results);
        Guarded scalar = Guarded.output(3, results);
        Guarded between = Guarded.output(1, transform.scratch());
        int row = matrix.length * COUNT;
        transform.run(
                out.array(), out.at(), row, COUNT, in.array(), in.at(), n * COUNT, COUNT, between.array(), 1, 0.5f);
        transform.scalar(scalar.array(), scalar.at(), row, COUNT, in.array(), in.at(), n * COUNT, COUNT, 0.5f);
        between.values();
        assertSameBits(out.values(), scalar.values());
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 32, 48, 64})
    void panelProductsMatchTheirTwins(int columns) {
        Random random = new Random(columns);
        for (boolean adding : new boolean[] {false, true}) {
            for (int depth : new int[] {1, 16, 37}) {
                int rows = 32 - depth / 5;
                var product = new PanelProduct(columns, rows, depth, depth, columns, adding);
                float[] start = Draws.gaussian(random, rows * columns);
                Guarded a = Guarded.input(5, Draws.gaussian(random, rows * depth));
                Guarded b = Guarded.input(9, Draws.gaussian(random, depth * columns));
                Guarded c = Guarded.input(12, start);
                Guarded scalar = Guarded.input(3, start);
                product.run(c.array(), 12, a.array(), a.at(), b.array(), b.at());
                product.scalar(scalar.array(), 3, a.array(), a.at(), b.array(), b.at());
                assertSameBits(c.values(), scalar.values());
            }
        }
    }

    private static Slice slice(Guarded range) {
        return new Slice(range.array(), range.at());
    }
}
