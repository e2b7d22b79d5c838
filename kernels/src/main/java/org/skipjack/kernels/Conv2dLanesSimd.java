package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** SIMD twin of {@link Conv2dLanesScalar}: weights are broadcast, 16 examples fill the vectors. */
final class Conv2dLanesSimd {
    private static final Map<ConvGeometry, List<ConvTiles.Placed>> PLAIN = new ConcurrentHashMap<>();
    private static final Map<ConvGeometry, List<ConvTiles.Placed>> BIASED = new ConcurrentHashMap<>();
    private static final Map<ConvGeometry, List<InputGradientTiles.Placed>> INPUTS = new ConcurrentHashMap<>();
    private static final Map<ConvGeometry, WeightTiles> WEIGHTS = new ConcurrentHashMap<>();

    private Conv2dLanesSimd() {}

    static void prepare(ConvGeometry g, Conv2dLanes.Pass pass) {
        switch (pass) {
            case FORWARD -> PLAIN.computeIfAbsent(g, k -> ConvTiles.of(k, false));
            case BIASED_FORWARD -> BIASED.computeIfAbsent(g, k -> ConvTiles.of(k, true));
            case INPUT_GRADIENT -> INPUTS.computeIfAbsent(g, InputGradientTiles::of);
            case WEIGHT_GRADIENT -> {
                if (PointwiseWeightGradient.fits(g)) {
                    PointwiseWeightGradient.of(g);
                } else {
                    WEIGHTS.computeIfAbsent(g, WeightTiles::new);
                }
            }
        }
    }

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
                if (rows.count() == 0) {
                    for (int c = 0; c < placed.channels(); c++) {
                        int row = to + c * plane * COUNT;
                        Arrays.fill(dx, row, row + placed.columns() * COUNT, 0f);
                    }
                    continue;
                }
                var tile = placed.tile(rows.count());
                for (int l = 0; l < COUNT; l += Species.LENGTH) {
                    tile.run(dx, to + l, dy, from + l, w, weights, rows.count());
                }
            }
        }
    }

    static void weightGradient(
            float[] dw, int dwOff, Maps dy, Maps x, int blocks, int group, ConvGeometry g, float[] sums, int sumsOff) {
        if (PointwiseWeightGradient.fits(g)) {
            PointwiseWeightGradient.of(g).run(dw, dwOff, dy, x, blocks, group, sums, sumsOff);
            return;
        }
        var plan = WEIGHTS.computeIfAbsent(g, WeightTiles::new);
        var tiles = plan.group(group);
        int taps = g.kernelH() * g.kernelW();
        int stride = WeightTiles.channels(g) * taps * COUNT;
        int atATime = plan.channels(blocks);
        for (int first = 0; first < g.channels(); first += atATime) {
            int channels = Math.min(atATime, g.channels() - first);
            for (int i = 0; i < tiles.size(); i++) {
                var placed = tiles.get(i);
                Arrays.fill(sums, sumsOff, sumsOff + placed.filters() * stride, 0f);
                int together = plan.blocks(placed.filters(), blocks);
                int rows = plan.rows(placed.filters());
                for (int block = 0; block < blocks; block += together) {
                    int n = Math.min(together, blocks - block);
                    for (int row = 0; row < g.outH(); row += rows) {
                        band(plan, placed, dy, x, block, n, first, channels, row, row + rows, g, sums, sumsOff);
                    }
                }
                // From the last filter to the first: joining reaches beyond a filter's own rows.
                for (int o = placed.filters() - 1; o >= 0; o--) {
                    int to = dwOff + (placed.filter() + o) * g.taps() + first * taps;
                    LaneSums.rows(dw, to, sums, sumsOff + o * stride, channels * taps);
                }
            }
        }
    }

    /** All windows of some filters and channels over some blocks and the output rows from {@code row} to {@code end}. */
    private static void band(
            WeightTiles plan,
            WeightTiles.Placed placed,
            Maps dy,
            Maps x,
            int block,
            int blocks,
            int firstChannel,
            int channels,
            int row,
            int end,
            ConvGeometry g,
            float[] sums,
            int sumsOff) {
        var windows = plan.windows();
        int taps = g.kernelH() * g.kernelW();
        int gradients = dy.at() + block * dy.stride() + placed.filter() * g.outH() * g.outW() * COUNT;
        int inputs = x.at() + block * x.stride() + (firstChannel * g.height() * g.width() - g.padW()) * COUNT;
        int each = windows.getFirst().channels();
        for (int c = 0; c < channels; c += each) {
            for (int i = 0; i < windows.size(); i++) {
                var window = windows.get(i);
                int top = Math.max(row, plan.firstRow(window));
                int rows = Math.min(end, plan.endRow(window)) - top;
                if (rows <= 0) {
                    continue;
                }
                int iy = top * g.strideH() - g.padH() + window.row() * g.dilationH();
                int to = sumsOff + (c * taps + window.row() * g.kernelW() + window.column()) * COUNT;
                int from = gradients + top * g.outW() * COUNT;
                int in = inputs + (c * g.height() + iy) * g.width() * COUNT;
                var tile = placed.tiles().get(i);
                for (int l = 0; l < COUNT; l += Species.LENGTH) {
                    tile.run(
                            sums,
                            to + l,
                            dy.array(),
                            from + l,
                            dy.stride(),
                            x.array(),
                            in + l,
                            x.stride(),
                            blocks,
                            rows);
                }
            }
        }
    }
}
