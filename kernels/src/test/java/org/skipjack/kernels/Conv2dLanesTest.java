package org.skipjack.kernels;

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

class Conv2dLanesTest {
    /** The layers of LeNet, and 150 drawn sizes of at most two million products. */
    static Stream<ConvGeometry> geometries() {
        Random random = new Random(7);
        List<ConvGeometry> all = new ArrayList<>();
        all.add(new ConvGeometry(1, 28, 28, 6, 5, 5, 1, 1, 2, 2, 1, 1));
        all.add(new ConvGeometry(6, 14, 14, 16, 5, 5, 1, 1, 0, 0, 1, 1));
        all.add(new ConvGeometry(2, 3, 3, 2, 3, 3, 1, 1, 5, 5, 1, 1));
        all.add(new ConvGeometry(3, 1, 1, 5, 3, 3, 3, 3, 1, 1, 3, 3));
        all.addAll(rowsWithLoops());
        all.addAll(pointwise());
        while (all.size() < 158) {
            ConvGeometry g = new ConvGeometry(
                    oneOf(random, 1, 2, 3, 5, 6, 7, 16, 17),
                    oneOf(random, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 28),
                    oneOf(random, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 28),
                    oneOf(random, 1, 2, 3, 5, 6, 7, 16, 17),
                    oneOf(random, 1, 3, 5, 7),
                    oneOf(random, 1, 3, 5, 7),
                    oneOf(random, 1, 2, 3),
                    oneOf(random, 1, 2, 3),
                    oneOf(random, 0, 1, 2, 3),
                    oneOf(random, 0, 1, 2, 3),
                    oneOf(random, 1, 1, 2, 3),
                    oneOf(random, 1, 1, 2, 3));
            boolean fits = g.outH() > 0 && g.outW() > 0;
            if (fits && (long) g.taps() * g.filters() * g.outH() * g.outW() * COUNT < 2_000_000) {
                all.add(g);
            }
        }
        return all.stream();
    }

    /** Rows of so many taps, or of taps so far apart, that they are loops. */
    static List<ConvGeometry> rowsWithLoops() {
        return List.of(
                new ConvGeometry(2, 3, 40, 6, 1, 31, 1, 1, 0, 15, 1, 1),
                new ConvGeometry(2, 1, 75, 5, 1, 31, 1, 2, 0, 3, 1, 2),
                new ConvGeometry(1, 1, 340, 3, 1, 300, 1, 4, 0, 0, 1, 1),
                new ConvGeometry(1, 2, 90, 5, 1, 101, 1, 3, 0, 50, 1, 1),
                new ConvGeometry(3, 15, 15, 5, 11, 11, 4, 4, 2, 2, 1, 1),
                new ConvGeometry(2, 3, 70, 3, 3, 13, 2, 2, 1, 30, 2, 5),
                new ConvGeometry(2, 3, 31, 4, 3, 3, 1, 1, 1, 12, 1, 12),
                new ConvGeometry(1, 2, 24, 3, 1, 9, 1, 1, 0, 16, 1, 4),
                new ConvGeometry(2, 20, 40, 5, 1, 1, 3, 20, 0, 0, 1, 1));
    }

    /** Kernels of 1x1 with channels in sixteens: a few pixels and many, one panel of channels and a part of one. */
    private static List<ConvGeometry> pointwise() {
        return List.of(
                new ConvGeometry(16, 5, 7, 6, 1, 1, 1, 1, 0, 0, 1, 1),
                new ConvGeometry(48, 6, 6, 9, 1, 1, 2, 2, 0, 0, 1, 1),
                new ConvGeometry(80, 3, 3, 33, 1, 1, 1, 1, 0, 0, 1, 1),
                new ConvGeometry(32, 9, 11, 1, 1, 1, 2, 3, 0, 0, 2, 2));
    }

    @ParameterizedTest
    @MethodSource("geometries")
    void forwardMatchesItsTwinAndDoublePrecision(ConvGeometry g) {
        Random random = new Random(g.hashCode());
        int inputs = g.channels() * g.height() * g.width() * COUNT;
        int weights = g.filters() * g.taps();
        checkForward(Draws.whole(random, inputs, 8), Draws.whole(random, weights, 8), g, true);
        checkForward(Draws.gaussian(random, inputs), Draws.gaussian(random, weights), g, false);
    }

    private static void checkForward(float[] x, float[] w, ConvGeometry g, boolean whole) {
        double[] expected = Conv2dOracle.forward(x, w, g);
        float[] bias = whole ? Draws.whole(new Random(1), g.filters(), 8) : Conv2dLanes.NO_BIAS;
        Guarded in = Guarded.input(28, x);
        Guarded weights = Guarded.input(3, w);
        Guarded y = Guarded.output(28, expected.length);
        Guarded scalar = Guarded.output(12, expected.length);

        Conv2dLanes.forward(y.array(), y.at(), in.array(), in.at(), weights.array(), weights.at(), bias, 0, g);
        Conv2dLanesScalar.forward(
                scalar.array(), scalar.at(), in.array(), in.at(), weights.array(), weights.at(), bias, 0, g);

        assertSameBits(y.values(), scalar.values());
        if (whole) {
            int plane = g.outH() * g.outW() * COUNT;
            for (int i = 0; i < expected.length; i++) {
                expected[i] += bias[i / plane];
            }
            assertExact(y.values(), expected);
        } else {
            assertSumsOfProducts(y.values(), expected, Conv2dOracle.forward(magnitudes(x), magnitudes(w), g));
        }
    }

    @ParameterizedTest
    @MethodSource("geometries")
    void weightGradientMatchesItsTwinAndDoublePrecision(ConvGeometry g) {
        Random random = new Random(g.hashCode());
        int inputs = g.channels() * g.height() * g.width() * COUNT;
        int outputs = g.filters() * g.outH() * g.outW() * COUNT;
        checkWeightGradient(Draws.whole(random, inputs, 8), Draws.whole(random, outputs, 8), g, true);
        checkWeightGradient(Draws.gaussian(random, inputs), Draws.gaussian(random, outputs), g, false);
    }

    private static void checkWeightGradient(float[] xs, float[] dys, ConvGeometry g, boolean whole) {
        Guarded x = Guarded.input(12, xs);
        Guarded dy = Guarded.input(28, dys);
        Guarded dw = Guarded.output(5, g.filters() * g.taps());
        Guarded scalar = Guarded.output(7, g.filters() * g.taps());
        Guarded sums = Guarded.output(9, Conv2dLanes.sums(g));

        for (int group = 0; group < Conv2dLanes.weightGroups(g); group++) {
            Maps gradients = new Maps(dy.array(), dy.at(), 0);
            Maps inputs = new Maps(x.array(), x.at(), 0);
            Conv2dLanes.weightGradient(dw.array(), dw.at(), gradients, inputs, 1, group, g, sums.array(), sums.at());
            Conv2dLanesScalar.weightGradient(
                    scalar.array(), scalar.at(), gradients, inputs, 1, group, g, sums.array(), sums.at());
        }

        sums.values();
        assertSameBits(dw.values(), scalar.values());
        double[] expected = Conv2dOracle.weightGradient(dys, xs, g);
        if (whole) {
            assertExact(dw.values(), expected);
        } else {
            assertSumsOfProducts(
                    dw.values(), expected, Conv2dOracle.weightGradient(magnitudes(dys), magnitudes(xs), g));
        }
    }

    /** A sweep over a few rows, one over a map that is written out, one for two channels at a time, one for panels of channels. */
    static Stream<ConvGeometry> sweeps() {
        return Stream.of(
                new ConvGeometry(5, 6, 6, 7, 3, 3, 1, 1, 1, 1, 1, 1),
                new ConvGeometry(5, 3, 3, 7, 3, 3, 1, 1, 1, 1, 1, 1),
                new ConvGeometry(6, 6, 6, 9, 1, 1, 2, 2, 0, 0, 1, 1),
                new ConvGeometry(48, 6, 6, 9, 1, 1, 2, 2, 0, 0, 1, 1));
    }

    @ParameterizedTest
    @MethodSource("sweeps")
    void weightGradientSumsOverBlocks(ConvGeometry g) {
        Random random = new Random(11);
        int inputs = g.channels() * g.height() * g.width() * COUNT;
        int outputs = g.filters() * g.outH() * g.outW() * COUNT;
        Maps x = new Maps(Draws.whole(random, 3 * inputs, 4), 0, inputs);
        Maps dy = new Maps(Draws.whole(random, 3 * outputs, 4), 0, outputs);
        float[] whole = new float[g.filters() * g.taps()];
        float[] sums = new float[Conv2dLanes.sums(g)];
        double[] expected = new double[whole.length];
        for (int group = 0; group < Conv2dLanes.weightGroups(g); group++) {
            Conv2dLanes.weightGradient(whole, 0, dy, x, 3, group, g, sums, 0);
        }
        for (int b = 0; b < 3; b++) {
            float[] one = new float[whole.length];
            for (int group = 0; group < Conv2dLanes.weightGroups(g); group++) {
                Conv2dLanes.weightGradient(
                        one,
                        0,
                        new Maps(dy.array(), b * outputs, 0),
                        new Maps(x.array(), b * inputs, 0),
                        1,
                        group,
                        g,
                        sums,
                        0);
            }
            for (int i = 0; i < one.length; i++) {
                expected[i] += one[i];
            }
        }
        assertExact(whole, expected);
    }

    @ParameterizedTest
    @MethodSource("geometries")
    void inputGradientMatchesItsTwinAndDoublePrecision(ConvGeometry g) {
        Random random = new Random(g.hashCode());
        int outputs = g.filters() * g.outH() * g.outW() * COUNT;
        int weights = g.filters() * g.taps();
        checkInputGradient(Draws.whole(random, outputs, 8), Draws.whole(random, weights, 8), g, true);
        checkInputGradient(Draws.gaussian(random, outputs), Draws.gaussian(random, weights), g, false);
    }

    private static void checkInputGradient(float[] dys, float[] ws, ConvGeometry g, boolean whole) {
        Guarded dy = Guarded.input(12, dys);
        Guarded w = Guarded.input(3, ws);
        Guarded dx = Guarded.output(28, g.channels() * g.height() * g.width() * COUNT);
        Guarded scalar = Guarded.output(12, dx.length());

        Conv2dLanes.inputGradient(dx.array(), dx.at(), dy.array(), dy.at(), w.array(), w.at(), g);
        Conv2dLanesScalar.inputGradient(scalar.array(), scalar.at(), dy.array(), dy.at(), w.array(), w.at(), g);

        assertSameBits(dx.values(), scalar.values());
        double[] expected = Conv2dOracle.inputGradient(dys, ws, g);
        double[] magnitudes = Conv2dOracle.inputGradient(magnitudes(dys), magnitudes(ws), g);
        if (whole) {
            assertExact(dx.values(), expected);
        } else {
            assertSumsOfProducts(dx.values(), expected, magnitudes);
        }
    }

    @Test
    void garbageInLanesWithoutAnExampleStaysThere() {
        ConvGeometry g = new ConvGeometry(3, 7, 6, 7, 3, 3, 1, 1, 0, 0, 1, 1);
        Random random = new Random(3);
        float[] x = Draws.gaussian(random, 3 * 7 * 6 * COUNT);
        float[] w = Draws.gaussian(random, 7 * g.taps());
        int outputs = 7 * g.outH() * g.outW() * COUNT;
        float[] clean = new float[outputs];
        Conv2dLanes.forward(clean, 0, x, 0, w, 0, Conv2dLanes.NO_BIAS, 0, g);
        for (int valid : new int[] {1, 7, 15}) {
            float[] y = new float[outputs];

            Conv2dLanes.forward(y, 0, Draws.withTail(x, valid, Float.NaN), 0, w, 0, Conv2dLanes.NO_BIAS, 0, g);

            assertSameBits(Draws.withTail(y, valid, 0f), Draws.withTail(clean, valid, 0f));
        }
    }
}
