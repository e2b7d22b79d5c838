package org.skipjack.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skipjack.kernels.Closeness.assertSameBits;
import static org.skipjack.kernels.Closeness.relativeL2;
import static org.skipjack.kernels.Lanes.COUNT;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against the kernels that it joins, bit for bit, against its scalar twin, and against double precision. */
class BatchNormSigmoidLanesTest {
    private static final float EPSILON = 1e-5f;

    /** A random layer: {@code y} is what its sigmoid gave, {@code up} the gradient of that or of its average over windows. */
    private static final class Layer {
        final int channels;
        final int height;
        final int width;
        final int window;
        final float[] x;
        final float[] y;
        final float[] up;
        final float[] stats;
        final float[] gamma;

        Layer(Random random, int channels, int height, int width, int window) {
            this.channels = channels;
            this.height = height;
            this.width = width;
            this.window = window;
            x = Draws.gaussian(random, channels * height * width * COUNT);
            up = Draws.gaussian(random, x.length / (window * window));
            stats = Draws.magnitudes(Draws.gaussian(random, 2 * channels));
            gamma = Draws.gaussian(random, channels);
            y = new float[x.length];
            BatchNormLanes.normalize(
                    y,
                    0,
                    x,
                    0,
                    stats,
                    0,
                    gamma,
                    0,
                    Draws.gaussian(random, channels),
                    0,
                    channels,
                    height * width,
                    EPSILON,
                    true);
        }

        int size() {
            return height * width;
        }

        float[] sums(int valid, boolean scalar) {
            Guarded upTail = Guarded.input(12, Draws.withTail(up, valid, Float.NaN));
            Guarded yTail = Guarded.input(28, Draws.withTail(y, valid, Float.NaN));
            Guarded xTail = Guarded.input(7, Draws.withTail(x, valid, Float.NaN));
            Guarded partial = Guarded.output(5, 2 * channels);
            Guarded scratch = Guarded.output(9, BatchNormLanes.SUMS);
            if (scalar) {
                BatchNormSigmoidLanesScalar.sums(
                        partial.array(),
                        5,
                        upTail.array(),
                        12,
                        yTail.array(),
                        28,
                        xTail.array(),
                        7,
                        stats,
                        0,
                        channels,
                        height,
                        width,
                        window,
                        valid,
                        EPSILON,
                        scratch.array(),
                        9);
            } else if (window == 2) {
                BatchNormSigmoidLanes.pooledSums(
                        partial.array(),
                        5,
                        upTail.array(),
                        12,
                        yTail.array(),
                        28,
                        xTail.array(),
                        7,
                        stats,
                        0,
                        channels,
                        height,
                        width,
                        valid,
                        EPSILON,
                        scratch.array(),
                        9);
            } else {
                BatchNormSigmoidLanes.sums(
                        partial.array(),
                        5,
                        upTail.array(),
                        12,
                        yTail.array(),
                        28,
                        xTail.array(),
                        7,
                        stats,
                        0,
                        channels,
                        size(),
                        valid,
                        EPSILON,
                        scratch.array(),
                        9);
            }
            scratch.values();
            return partial.values();
        }

        float[] inputGradient(float[] sums, boolean scalar) {
            Guarded upIn = Guarded.input(12, up);
            Guarded yIn = Guarded.input(28, y);
            Guarded xIn = Guarded.input(7, x);
            Guarded dx = Guarded.output(5, x.length);
            int count = size() * COUNT;
            if (scalar) {
                BatchNormSigmoidLanesScalar.inputGradient(
                        dx.array(),
                        5,
                        upIn.array(),
                        12,
                        yIn.array(),
                        28,
                        xIn.array(),
                        7,
                        stats,
                        0,
                        gamma,
                        0,
                        sums,
                        0,
                        channels,
                        height,
                        width,
                        window,
                        count,
                        EPSILON);
            } else if (window == 2) {
                BatchNormSigmoidLanes.pooledInputGradient(
                        dx.array(),
                        5,
                        upIn.array(),
                        12,
                        yIn.array(),
                        28,
                        xIn.array(),
                        7,
                        stats,
                        0,
                        gamma,
                        0,
                        sums,
                        0,
                        channels,
                        height,
                        width,
                        count,
                        EPSILON);
            } else {
                BatchNormSigmoidLanes.inputGradient(
                        dx.array(),
                        5,
                        upIn.array(),
                        12,
                        yIn.array(),
                        28,
                        xIn.array(),
                        7,
                        stats,
                        0,
                        gamma,
                        0,
                        sums,
                        0,
                        channels,
                        size(),
                        count,
                        EPSILON);
            }
            return dx.values();
        }

        /** By the separate kernels. */
        float[] gradientOfNorm() {
            float[] dy = up;
            if (window == 2) {
                dy = new float[x.length];
                PoolLanes.averageGradient(
                        dy, 0, up, 0, new PoolGeometry(channels, height, width, 2, 2, 2, 2, 0, 0), true);
            }
            float[] g = new float[x.length];
            ElementwiseLanes.sigmoidGradient(g, 0, y, 0, dy, 0, g.length);
            return g;
        }
    }

    @ParameterizedTest(name = "{0} x {1}, upstream behind windows of {2}")
    @CsvSource({
        "1, 1, 1",
        "1, 2, 1",
        "1, 3, 1",
        "5, 5, 1",
        "7, 9, 1",
        "13, 13, 1",
        "28, 28, 1",
        "2, 2, 2",
        "2, 4, 2",
        "4, 2, 2",
        "6, 10, 2",
        "8, 8, 2",
        "14, 2, 2",
        "24, 24, 2",
        "28, 28, 2"
    })
    void bitsAreThoseOfTheSeparateKernelsAndOfTheTwin(int height, int width, int window) {
        Random random = new Random(31L * height + width);
        for (int channels : new int[] {1, 2, 3, 6, 7, 16, 17, 35}) {
            Layer layer = new Layer(random, channels, height, width, window);
            float[] g = layer.gradientOfNorm();
            float[] sums = new float[2 * channels];
            for (int valid : new int[] {1, 7, 15, 16}) {
                BatchNormLanes.sums(
                        sums,
                        0,
                        g,
                        0,
                        layer.x,
                        0,
                        layer.stats,
                        0,
                        channels,
                        layer.size(),
                        valid,
                        EPSILON,
                        new float[BatchNormLanes.SUMS],
                        0);
                assertSameBits(layer.sums(valid, false), sums);
                assertSameBits(layer.sums(valid, true), sums);
            }
            float[] dx = new float[layer.x.length];
            BatchNormLanes.inputGradient(
                    dx,
                    0,
                    g,
                    0,
                    layer.x,
                    0,
                    layer.stats,
                    0,
                    layer.gamma,
                    0,
                    sums,
                    0,
                    channels,
                    layer.size(),
                    layer.size() * COUNT,
                    EPSILON,
                    0,
                    channels);
            assertSameBits(layer.inputGradient(sums, false), dx);
            assertSameBits(layer.inputGradient(sums, true), dx);
        }
    }

    /** Four roundings more than a gradient that is at hand, each of 6e-8 at most and mostly half of that. */
    @ParameterizedTest(name = "{0} x {1}, upstream behind windows of {2}")
    @CsvSource({"6, 6, 1", "6, 6, 2", "1, 1, 1", "2, 2, 2"})
    void gradientsFollowTheFormulas(int height, int width, int window) {
        int channels = 7;
        Layer layer = new Layer(new Random(height), channels, height, width, window);
        int n = layer.size() * COUNT;
        double[] sums = new double[2 * channels];
        double[] normal = new double[layer.x.length];
        double[] g = new double[layer.x.length];
        for (int i = 0; i < g.length; i++) {
            int c = i / n;
            int iy = i / COUNT / width % height;
            int ix = i / COUNT % width;
            int pooled = (c * (height / window) + iy / window) * (width / window) + ix / window;
            double up = layer.up[pooled * COUNT + i % COUNT] / (double) (window * window);
            g[i] = up * layer.y[i] * (1.0 - layer.y[i]);
            normal[i] =
                    (layer.x[i] - (double) layer.stats[c]) / Math.sqrt((double) layer.stats[channels + c] + EPSILON);
            sums[c] += g[i];
            sums[channels + c] += g[i] * normal[i];
        }
        double[] expected = new double[g.length];
        for (int i = 0; i < g.length; i++) {
            int c = i / n;
            expected[i] = layer.gamma[c]
                    / Math.sqrt((double) layer.stats[channels + c] + EPSILON)
                    * (g[i] - sums[c] / n - normal[i] * sums[channels + c] / n);
        }

        float[] actual = layer.sums(COUNT, false);

        assertThat(relativeL2(actual, sums)).isLessThan(1e-6);
        assertThat(relativeL2(layer.inputGradient(actual, false), expected)).isLessThan(2e-6);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "5, 3"})
    void theResultMayReplaceWhatIsNotNeededAgain(int height, int width) {
        Layer layer = new Layer(new Random(9), 17, height, width, 1);
        float[] sums = layer.sums(COUNT, false);
        float[] expected = layer.inputGradient(sums, false);
        for (float[] place : new float[][] {layer.y, layer.up}) {
            float[] saved = place.clone();
            BatchNormSigmoidLanes.inputGradient(
                    place,
                    0,
                    layer.up,
                    0,
                    layer.y,
                    0,
                    layer.x,
                    0,
                    layer.stats,
                    0,
                    layer.gamma,
                    0,
                    sums,
                    0,
                    17,
                    layer.size(),
                    layer.size() * COUNT,
                    EPSILON);
            assertSameBits(place, expected);
            System.arraycopy(saved, 0, place, 0, saved.length);
        }
    }
}
