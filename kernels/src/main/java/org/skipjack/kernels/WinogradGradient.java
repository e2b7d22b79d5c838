package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

import java.util.List;

/**
 * Weight gradient of {@link WinogradLanes}. The sums over tiles and examples are long and the channels many, so here
 * channels fill the vectors: the input is first turned to {@code [pixel, lane, channel]}, and the output gradient, still
 * in lanes, is the operand whose numbers are broadcast.
 */
final class WinogradGradient {
    private static final int TAPS = WinogradLanes.TAPS;
    private static final PanelProduct[] FIRST = PanelProduct.byVectors(WinogradLanes.PANEL, false);
    private static final PanelProduct[] NEXT = PanelProduct.byVectors(WinogradLanes.PANEL, true);

    private final ConvGeometry g;
    private final WinogradTile tile;
    private final WinogradTiles inputs;
    private final WinogradTiles outputs;
    private final List<Integer> panels;
    private final List<Integer> channelPanels;
    private final int pixel;
    private final int gradientPlane;
    private final int inputPlane;
    private final int productPlane;

    WinogradGradient(ConvGeometry g) {
        this.g = g;
        this.tile = WinogradTile.of(g.outH(), g.outW());
        WinogradGrid grid = WinogradGrid.output(g, tile);
        this.panels = ConvTiles.portions(grid.tiles(), WinogradLanes.PANEL);
        this.channelPanels = ConvTiles.portions(g.channels() / COUNT, WinogradLanes.PANEL);
        int sums = WinogradLanes.PANEL * COUNT;
        // Strides a line further than a power of two, so that their elements do not share a set of the cache.
        this.pixel = (g.channels() + 1) * COUNT;
        this.inputs = new WinogradTiles(WinogradGrid.input(g, tile), tile.input(), pixel);
        this.outputs = new WinogradTiles(grid, tile.gradient(), COUNT);
        this.gradientPlane = sums * g.filters() + COUNT;
        this.inputPlane = sums * g.channels() + COUNT;
        this.productPlane = g.filters() * g.channels() + COUNT;
    }

    int scratch() {
        int planes = gradientPlane + inputPlane + productPlane + 2 * COUNT;
        return tile.points() * planes + g.height() * g.width() * pixel;
    }

    void run(Slice dw, Slice dy, Slice x, Slice scratch) {
        float[] s = scratch.array();
        int gradients = scratch.at();
        int v = gradients + tile.points() * gradientPlane;
        int products = v + tile.points() * inputPlane;
        int square = products + tile.points() * productPlane;
        int turned = square + 2 * tile.points() * COUNT;
        turn(x, s, turned);
        int first = 0;
        for (int tiles : panels) {
            for (int t = 0; t < tiles; t++) {
                gradient(first + t, dy, s, gradients + t * COUNT, tiles * COUNT, square);
                input(first + t, s, turned, v, t, tiles * COUNT, square);
            }
            products(s, products, gradients, v, tiles * COUNT, first == 0 ? FIRST : NEXT);
            first += tiles;
        }
        weights(dw, s, products, square);
    }

    private void turn(Slice x, float[] s, int turned) {
        int pixels = g.height() * g.width();
        for (int i = 0; i < pixels; i++) {
            int to = turned + i * pixel;
            int from = x.at() + i * COUNT;
            LayoutLanes.transpose(s, to, g.channels(), x.array(), from, pixels * COUNT, g.channels());
        }
    }

    /** {@code dM [point, filter, tile and lane]} of one tile. */
    private void gradient(int index, Slice dy, float[] s, int to, int step, int between) {
        int map = g.outH() * g.outW() * COUNT;
        outputs.clear(index, s, between);
        outputs.run(index, g.filters(), s, to, step, gradientPlane, dy.array(), dy.at(), map, s, between);
    }

    /** {@code V [point, panel of channels, tile and lane, channel]} of one tile. */
    private void input(int index, float[] s, int turned, int v, int t, int sums, int between) {
        inputs.clear(index, s, between);
        int panel = 0;
        for (int vectors : channelPanels) {
            int width = vectors * COUNT;
            for (int l = 0; l < COUNT; l++) {
                int to = v + panel * sums + (t * COUNT + l) * width;
                int from = turned + l * g.channels() + panel;
                inputs.run(index, vectors, s, to, COUNT, inputPlane, s, from, COUNT, s, between);
            }
            panel += width;
        }
    }

    private void products(float[] s, int products, int gradients, int v, int sums, PanelProduct[] product) {
        for (int p = 0; p < tile.points(); p++) {
            int panel = 0;
            for (int vectors : channelPanels) {
                product[vectors].run(
                        s,
                        products + p * productPlane + panel,
                        g.channels(),
                        s,
                        gradients + p * gradientPlane,
                        sums,
                        s,
                        v + p * inputPlane + panel * sums,
                        sums,
                        g.filters());
                panel += vectors * COUNT;
            }
        }
    }

    private void weights(Slice dw, float[] s, int products, int square) {
        int between = square + TAPS * COUNT;
        for (int o = 0; o < g.filters(); o++) {
            for (int c = 0; c < g.channels(); c += COUNT) {
                int from = products + o * g.channels() + c;
                tile.filterGradient()
                        .run(
                                s,
                                square,
                                WinogradLanes.KERNEL * COUNT,
                                COUNT,
                                s,
                                from,
                                tile.side() * productPlane,
                                productPlane,
                                s,
                                between,
                                0f);
                int to = dw.at() + (o * g.channels() + c) * TAPS;
                for (int l = 0; l < COUNT; l++) {
                    for (int t = 0; t < TAPS; t++) {
                        dw.array()[to + l * TAPS + t] = s[square + t * COUNT + l];
                    }
                }
            }
        }
    }
}
