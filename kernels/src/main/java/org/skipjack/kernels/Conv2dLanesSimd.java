package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** SIMD twin of {@link Conv2dLanesScalar}: weights are broadcast, 16 examples fill the vectors. */
final class Conv2dLanesSimd {
    private static final Map<ConvGeometry, List<ConvTiles.Placed>> PLAIN = new ConcurrentHashMap<>();
    private static final Map<ConvGeometry, List<ConvTiles.Placed>> BIASED = new ConcurrentHashMap<>();
    private static final Map<ConvGeometry, List<InputGradientTiles.Placed>> INPUTS = new ConcurrentHashMap<>();
    private static final Map<ConvGeometry, List<WeightTiles.Placed>> WEIGHTS = new ConcurrentHashMap<>();

    private Conv2dLanesSimd() {}

    static void forward(
            float[] y, int yOff, float[] x, int xOff, float[] w, int wOff, float[] bias, int biasOff, ConvGeometry g) {
        // Two lambdas that capture nothing: one that did would be a new object at each call.
        var tiles = bias.length > 0
                ? BIASED.computeIfAbsent(g, k -> ConvTiles.of(k, true))
                : PLAIN.computeIfAbsent(g, k -> ConvTiles.of(k, false));
        int plane = g.outH() * g.outW();
        for (int oy = 0; oy < g.outH(); oy++) {
            int top = oy * g.strideH() - g.padH();
            int first = g.firstRow(top);
            int rows = g.rows(top);
            int from = xOff + ((top + first * g.dilationH()) * g.width() - g.padW()) * COUNT;
            for (int i = 0; i < tiles.size(); i++) {
                var placed = tiles.get(i);
                int to = yOff + (placed.filter() * plane + oy * g.outW() + placed.column()) * COUNT;
                int column = from + placed.column() * g.strideW() * COUNT;
                int weights = wOff + placed.filter() * g.taps() + first * g.kernelW();
                for (int l = 0; l < COUNT; l += Species.LENGTH) {
                    placed.tile().run(y, to + l, x, column + l, w, weights, bias, biasOff + placed.filter(), rows);
                }
            }
        }
    }

    static void inputGradient(float[] dx, int dxOff, float[] dy, int dyOff, float[] w, int wOff, ConvGeometry g) {
        var tiles = INPUTS.computeIfAbsent(g, InputGradientTiles::of);
        int plane = g.height() * g.width();
        for (int iy = 0; iy < g.height(); iy++) {
            var rows = InputGradientTiles.rows(g, iy);
            int from = dyOff + rows.outputRow() * g.outW() * COUNT;
            for (int i = 0; i < tiles.size(); i++) {
                var placed = tiles.get(i);
                int to = dxOff + (placed.channel() * plane + iy * g.width() + placed.column()) * COUNT;
                int weights = wOff + (placed.channel() * g.kernelH() + rows.first()) * g.kernelW();
                for (int l = 0; l < COUNT; l += Species.LENGTH) {
                    placed.tile().run(dx, to + l, dy, from + l, w, weights, rows.count());
                }
            }
        }
    }

    static void weightGradient(
            float[] dw,
            int dwOff,
            float[] dy,
            int dyOff,
            float[] x,
            int xOff,
            ConvGeometry g,
            float[] sums,
            int sumsOff) {
        var tiles = WEIGHTS.computeIfAbsent(g, WeightTiles::of);
        int taps = g.kernelH() * g.kernelW();
        int stride = WeightTiles.channels(g) * taps;
        for (int first = 0; first < g.channels(); first += WeightTiles.channels(g)) {
            int channels = Math.min(WeightTiles.channels(g), g.channels() - first);
            int plane = xOff + first * g.height() * g.width() * COUNT;
            for (int i = 0; i < tiles.size(); i++) {
                var placed = tiles.get(i);
                sweep(placed, channels, dy, dyOff, x, plane, g, sums, sumsOff);
                if (i + 1 == tiles.size() || tiles.get(i + 1).filter() != placed.filter()) {
                    // From the last filter to the first: joining reaches beyond a filter's own rows.
                    for (int o = placed.filters() - 1; o >= 0; o--) {
                        int to = dwOff + (placed.filter() + o) * g.taps() + first * taps;
                        LaneSums.rows(dw, to, sums, sumsOff + o * stride * COUNT, channels * taps);
                    }
                }
            }
        }
    }

    /** One tile over all kernel rows of some channels. */
    private static void sweep(
            WeightTiles.Placed placed,
            int channels,
            float[] dy,
            int dyOff,
            float[] x,
            int xOff,
            ConvGeometry g,
            float[] sums,
            int sumsOff) {
        for (int ky = 0; ky < g.kernelH(); ky++) {
            int first = g.firstOutputRow(ky);
            int rows = g.outputRows(ky);
            int gradient = dyOff + (placed.filter() * g.outH() + first) * g.outW() * COUNT;
            int row = first * g.strideH() - g.padH() + ky * g.dilationH();
            int from = xOff + (row * g.width() - g.padW() + placed.tap() * g.dilationW()) * COUNT;
            for (int c = 0; c < channels; c++) {
                int to = sumsOff + ((c * g.kernelH() + ky) * g.kernelW() + placed.tap()) * COUNT;
                int plane = from + c * g.height() * g.width() * COUNT;
                for (int l = 0; l < COUNT; l += Species.LENGTH) {
                    placed.tile().run(sums, to + l, dy, gradient + l, x, plane + l, rows);
                }
            }
        }
    }
}
