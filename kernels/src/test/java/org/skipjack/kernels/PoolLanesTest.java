package org.skipjack.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skipjack.kernels.Closeness.assertExact;
import static org.skipjack.kernels.Closeness.assertSameBits;
import static org.skipjack.kernels.Closeness.assertSumsOfProducts;
import static org.skipjack.kernels.Draws.magnitudes;
import static org.skipjack.kernels.Draws.oneOf;
import static org.skipjack.kernels.Lanes.COUNT;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PoolLanesTest {
    static Stream<PoolGeometry> geometries() {
        Random random = new Random(11);
        List<PoolGeometry> all = new ArrayList<>();
        all.add(new PoolGeometry(6, 28, 28, 2, 2, 2, 2, 0, 0));
        all.add(new PoolGeometry(1, 2, 2, 2, 2, 2, 2, 0, 0));
        all.add(new PoolGeometry(17, 2, 10, 2, 2, 2, 2, 0, 0));
        all.add(new PoolGeometry(5, 8, 6, 2, 2, 2, 2, 0, 0));
        all.add(new PoolGeometry(3, 7, 6, 2, 2, 2, 2, 0, 0));
        all.add(new PoolGeometry(3, 6, 7, 2, 2, 2, 2, 0, 0));
        all.add(new PoolGeometry(3, 12, 12, 3, 3, 2, 2, 1, 1));
        all.add(new PoolGeometry(5, 7, 7, 7, 7, 1, 1, 0, 0));
        while (all.size() < 120) {
            int kernelH = oneOf(random, 1, 2, 3, 4, 5);
            int kernelW = oneOf(random, 1, 2, 3, 4, 5);
            PoolGeometry g = new PoolGeometry(
                    oneOf(random, 1, 2, 3, 5, 6, 7, 16, 17),
                    oneOf(random, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 28),
                    oneOf(random, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 28),
                    kernelH,
                    kernelW,
                    oneOf(random, 1, 2, 3),
                    oneOf(random, 1, 2, 3),
                    random.nextInt(kernelH / 2 + 1),
                    random.nextInt(kernelW / 2 + 1));
            if (g.height() + 2 * g.padH() >= kernelH && g.width() + 2 * g.padW() >= kernelW) {
                all.add(g);
            }
        }
        return all.stream();
    }

    private static int inputs(PoolGeometry g) {
        return g.channels() * g.height() * g.width() * COUNT;
    }

    private static int outputs(PoolGeometry g) {
        return g.channels() * g.outH() * g.outW() * COUNT;
    }

    /** One cell of one window: indices of the output, of the input, and the window's divisor. */
    private interface Cell {
        void at(int y, int x, int divisor);
    }

    /** By the definition: windows over a map with padding around it, that PyTorch counts up to its border. */
    private static void forEachCell(PoolGeometry g, boolean countPadding, Cell cell) {
        for (int y = 0; y < outputs(g); y++) {
            int l = y % COUNT;
            int ox = y / COUNT % g.outW();
            int oy = y / COUNT / g.outW() % g.outH();
            int c = y / COUNT / g.outW() / g.outH();
            int inside = 0;
            int counted = 0;
            for (int pass = 0; pass < 2; pass++) {
                for (int k = 0; k < g.kernelH() * g.kernelW(); k++) {
                    int iy = oy * g.strideH() - g.padH() + k / g.kernelW();
                    int ix = ox * g.strideW() - g.padW() + k % g.kernelW();
                    boolean real = iy >= 0 && iy < g.height() && ix >= 0 && ix < g.width();
                    if (pass == 0) {
                        inside += real ? 1 : 0;
                        counted += iy < g.height() + g.padH() && ix < g.width() + g.padW() ? 1 : 0;
                    } else if (real) {
                        int x = ((c * g.height() + iy) * g.width() + ix) * COUNT + l;
                        cell.at(y, x, countPadding ? counted : inside);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("geometries")
    void averageAndItsGradientMatchTheirTwinsAndDoublePrecision(PoolGeometry g) {
        Random random = new Random(g.hashCode());
        for (boolean countPadding : new boolean[] {false, true}) {
            float[] xs = Draws.gaussian(random, inputs(g));
            assertSumsOfProducts(
                    average(xs, g, countPadding),
                    exactAverage(xs, g, countPadding),
                    exactAverage(magnitudes(xs), g, countPadding));

            float[] dys = Draws.gaussian(random, outputs(g));
            assertSumsOfProducts(
                    averageGradient(dys, g, countPadding),
                    exactAverageGradient(dys, g, countPadding),
                    exactAverageGradient(magnitudes(dys), g, countPadding));
        }
    }

    private static float[] average(float[] xs, PoolGeometry g, boolean countPadding) {
        Guarded x = Guarded.input(12, xs);
        Guarded y = Guarded.output(28, outputs(g));
        Guarded scalar = Guarded.output(5, outputs(g));
        PoolLanes.average(y.array(), 28, x.array(), 12, g, countPadding);
        PoolLanesScalar.average(scalar.array(), 5, x.array(), 12, g, countPadding);
        assertSameBits(y.values(), scalar.values());
        return y.values();
    }

    private static float[] averageGradient(float[] dys, PoolGeometry g, boolean countPadding) {
        Guarded dy = Guarded.input(28, dys);
        Guarded dx = Guarded.output(12, inputs(g));
        Guarded scalar = Guarded.output(5, inputs(g));
        PoolLanes.averageGradient(dx.array(), 12, dy.array(), 28, g, countPadding);
        PoolLanesScalar.averageGradient(scalar.array(), 5, dy.array(), 28, g, countPadding);
        assertSameBits(dx.values(), scalar.values());
        return dx.values();
    }

    private static double[] exactAverage(float[] x, PoolGeometry g, boolean countPadding) {
        double[] y = new double[outputs(g)];
        forEachCell(g, countPadding, (yi, xi, divisor) -> y[yi] += (double) x[xi] / divisor);
        return y;
    }

    private static double[] exactAverageGradient(float[] dy, PoolGeometry g, boolean countPadding) {
        double[] dx = new double[inputs(g)];
        forEachCell(g, countPadding, (yi, xi, divisor) -> dx[xi] += (double) dy[yi] / divisor);
        return dx;
    }

    /** Whole numbers from -2 to 2, so that most windows hold their maximum several times. */
    @ParameterizedTest
    @MethodSource("geometries")
    void maximumAndItsGradientAreExactAlsoWithTies(PoolGeometry g) {
        Random random = new Random(g.hashCode());
        float[] xs = Draws.whole(random, inputs(g), 2);
        float[] dys = Draws.whole(random, outputs(g), 9);
        double[] largest = new double[outputs(g)];
        int[] winners = new int[outputs(g)];
        Arrays.fill(largest, Double.NEGATIVE_INFINITY);
        forEachCell(g, false, (yi, xi, divisor) -> {
            if (xs[xi] > largest[yi]) {
                largest[yi] = xs[xi];
                winners[yi] = xi;
            }
        });
        double[] gradient = new double[inputs(g)];
        for (int i = 0; i < winners.length; i++) {
            gradient[winners[i]] += dys[i];
        }

        assertExact(extreme(xs, PoolLanes.MAXIMUM, g), largest);
        assertExact(extremeGradient(dys, xs, PoolLanes.MAXIMUM, g), gradient);
    }

    /** The minimum is the negated maximum of what is negated. */
    @ParameterizedTest
    @MethodSource("geometries")
    void channelsOfNegativeScaleHaveTheirMinimum(PoolGeometry g) {
        Random random = new Random(g.hashCode());
        float[] xs = Draws.whole(random, inputs(g), 9);
        float[] dys = Draws.whole(random, outputs(g), 9);
        float[] scales = Draws.gaussian(random, g.channels() + 1);
        scales[1] = -scales[0];
        var scale = new Slice(scales, 1);

        float[] largest = extreme(signed(xs, scale, g), PoolLanes.MAXIMUM, g);
        assertThat(extreme(xs, scale, g)).isEqualTo(signed(largest, scale, g));
        assertThat(extremeGradient(dys, xs, scale, g))
                .isEqualTo(extremeGradient(dys, signed(xs, scale, g), PoolLanes.MAXIMUM, g));
    }

    private static float[] signed(float[] maps, Slice scale, PoolGeometry g) {
        float[] signed = maps.clone();
        int plane = maps.length / g.channels();
        for (int i = 0; i < maps.length; i++) {
            signed[i] *= scale.array()[scale.at() + i / plane] < 0 ? -1 : 1;
        }
        return signed;
    }

    private static float[] extreme(float[] xs, Slice scale, PoolGeometry g) {
        Guarded x = Guarded.input(12, xs);
        Guarded y = Guarded.output(28, outputs(g));
        Guarded scalar = Guarded.output(5, outputs(g));
        PoolLanes.extreme(y.array(), 28, x.array(), 12, scale, g);
        PoolLanesScalar.extreme(scalar.array(), 5, x.array(), 12, scale, g);
        assertSameBits(y.values(), scalar.values());
        return y.values();
    }

    private static float[] extremeGradient(float[] dys, float[] xs, Slice scale, PoolGeometry g) {
        Guarded x = Guarded.input(12, xs);
        Guarded dy = Guarded.input(28, dys);
        Guarded dx = Guarded.output(28, inputs(g));
        Guarded scalar = Guarded.output(5, inputs(g));
        int half = g.channels() / 2;
        PoolLanes.extremeGradient(dx.array(), 28, dy.array(), 28, x.array(), 12, scale, g, half, g.channels());
        PoolLanes.extremeGradient(dx.array(), 28, dy.array(), 28, x.array(), 12, scale, g, 0, half);
        PoolLanesScalar.extremeGradient(scalar.array(), 5, dy.array(), 28, x.array(), 12, scale, g, 0, g.channels());
        assertSameBits(dx.values(), scalar.values());
        return dx.values();
    }

    @ParameterizedTest
    @MethodSource("geometries")
    void poolsOfSpecialValuesMatchTheirTwins(PoolGeometry g) {
        Random random = new Random(g.hashCode());
        float[] xs = Draws.withSpecials(random, inputs(g));
        float[] dys = Draws.withSpecials(random, outputs(g));
        average(xs, g, true);
        averageGradient(dys, g, true);
        for (float scale : new float[] {1, -1}) {
            float[] scales = new float[g.channels()];
            Arrays.fill(scales, scale);
            extreme(xs, new Slice(scales, 0), g);
            extremeGradient(dys, xs, new Slice(scales, 0), g);
        }
    }

    @Test
    void nanWinsAndPassesNoGradient() {
        PoolGeometry g = new PoolGeometry(1, 2, 2, 2, 2, 2, 2, 0, 0);
        float[] x = new float[4 * COUNT];
        x[2 * COUNT + 3] = Float.NaN;
        float[] dy = new float[COUNT];
        Arrays.fill(dy, 1f);

        assertThat(extreme(x, PoolLanes.MAXIMUM, g)[3]).isNaN();
        float[] dx = extremeGradient(dy, x, PoolLanes.MAXIMUM, g);
        assertThat(new float[] {dx[3], dx[COUNT + 3], dx[2 * COUNT + 3], dx[3 * COUNT + 3]})
                .containsOnly(0f);
        assertThat(dx[4]).isEqualTo(1f);
    }
}
