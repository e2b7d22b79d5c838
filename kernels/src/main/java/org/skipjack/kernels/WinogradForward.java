package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

import java.util.List;

/** Forward pass of {@link WinogradLanes}, panel by panel of tiles. */
final class WinogradForward {
    private final ConvGeometry g;
    private final WinogradTile tile;
    private final WinogradTiles inputs;
    private final WinogradGrid outputs;
    private final List<Integer> panels;
    private final PanelProduct[] products;
    private final int inputPlane;
    private final int outputPlane;

    WinogradForward(ConvGeometry g) {
        this.g = g;
        this.tile = WinogradTile.of(g);
        this.inputs = new WinogradTiles(WinogradGrid.input(g, tile), tile.input(), COUNT);
        this.outputs = WinogradGrid.output(g, tile);
        this.panels = ConvTiles.portions(outputs.tiles(), WinogradLanes.PANEL);
        this.products = PanelProduct.byVectors(panels, g.filters(), false);
        // Planes a line further than a power of two, so that the points of a tile do not share a set of the cache.
        this.inputPlane = (WinogradLanes.PANEL * g.channels() + 1) * COUNT;
        this.outputPlane = (WinogradLanes.PANEL * g.filters() + 1) * COUNT;
    }

    int scratch() {
        return tile.points() * (inputPlane + outputPlane + 2 * COUNT);
    }

    void run(Slice y, Slice x, Slice u, Slice bias, Slice scratch) {
        float[] s = scratch.array();
        int v = scratch.at();
        int m = v + tile.points() * inputPlane;
        int square = m + tile.points() * outputPlane;
        int weights = g.channels() * g.filters();
        int first = 0;
        for (int tiles : panels) {
            for (int t = 0; t < tiles; t++) {
                input(first + t, x, s, v + t * COUNT, tiles * COUNT, square);
            }
            for (int p = 0; p < tile.points(); p++) {
                products[tiles].run(
                        s,
                        m + p * outputPlane,
                        tiles * COUNT,
                        u.array(),
                        u.at() + p * weights,
                        g.channels(),
                        s,
                        v + p * inputPlane,
                        g.channels());
            }
            for (int t = 0; t < tiles; t++) {
                output(first + t, y, bias, s, m + t * COUNT, tiles * COUNT, square);
            }
            first += tiles;
        }
    }

    /** One tile of all channels, which come {@code step} apart. */
    private void input(int index, Slice x, float[] s, int to, int step, int between) {
        int map = g.height() * g.width() * COUNT;
        inputs.clear(index, s, between);
        inputs.run(index, g.channels(), s, to, step, inputPlane, x.array(), x.at(), map, s, between);
    }

    /** One tile of all filters, which come {@code step} apart. */
    private void output(int index, Slice y, Slice bias, float[] s, int m, int step, int square) {
        boolean inside = outputs.inside(index);
        int between = square + tile.points() * COUNT;
        int map = g.outH() * g.outW() * COUNT;
        for (int o = 0; o < g.filters(); o++) {
            int to = y.at() + o * map;
            tile.output()
                    .run(
                            inside ? y.array() : s,
                            inside ? to + outputs.offset(index, COUNT) : square,
                            (inside ? g.outW() : tile.size()) * COUNT,
                            COUNT,
                            s,
                            m + o * step,
                            tile.side() * outputPlane,
                            outputPlane,
                            s,
                            between,
                            bias.array().length > 0 ? bias.array()[bias.at() + o] : 0f);
            if (!inside) {
                outputs.put(index, s, square, y.array(), to);
            }
        }
    }
}
