package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

import java.util.Arrays;
import java.util.List;

/**
 * Input gradient of {@link WinogradLanes} as the adjoint of its forward pass, panel by panel of tiles: with a large kernel and
 * no padding the convolution with turned filters would have twice as many tiles, most of them half outside the map.
 */
final class WinogradAdjoint {
    private final ConvGeometry g;
    private final WinogradTile tile;
    private final WinogradTiles outputs;
    private final WinogradGrid inputs;
    private final WinogradTransform transform;
    private final List<Integer> panels;
    private final PanelProduct[] products;
    private final int inputPlane;
    private final int outputPlane;

    WinogradAdjoint(ConvGeometry g) {
        this.g = g;
        this.tile = WinogradTile.of(g);
        WinogradGrid grid = WinogradGrid.output(g, tile);
        this.outputs = new WinogradTiles(grid, tile.gradient(), COUNT);
        this.inputs = WinogradGrid.input(g, tile);
        this.transform = new WinogradTransform(
                WinogradMatrices.transposed(new WinogradMatrices(tile.size(), tile.kernel()).input()));
        this.panels = ConvTiles.portions(grid.tiles(), WinogradLanes.PANEL);
        this.products = PanelProduct.byVectors(panels, g.channels(), false);
        // Planes a line further than a power of two, so that the points of a tile do not share a set of the cache.
        this.inputPlane = (WinogradLanes.PANEL * g.channels() + 1) * COUNT;
        this.outputPlane = (WinogradLanes.PANEL * g.filters() + 1) * COUNT;
    }

    int scratch() {
        return tile.points() * (inputPlane + outputPlane + 2 * COUNT);
    }

    void run(Slice dx, Slice dy, Slice u, Slice scratch) {
        float[] s = scratch.array();
        int m = scratch.at();
        int v = m + tile.points() * outputPlane;
        int square = v + tile.points() * inputPlane;
        int weights = g.channels() * g.filters();
        Arrays.fill(dx.array(), dx.at(), dx.at() + g.channels() * g.height() * g.width() * COUNT, 0f);
        int first = 0;
        for (int tiles : panels) {
            for (int t = 0; t < tiles; t++) {
                output(first + t, dy, s, m + t * COUNT, tiles * COUNT, square);
            }
            for (int p = 0; p < tile.points(); p++) {
                products[tiles].run(
                        s,
                        v + p * inputPlane,
                        tiles * COUNT,
                        u.array(),
                        u.at() + p * weights,
                        g.filters(),
                        s,
                        m + p * outputPlane,
                        g.filters());
            }
            for (int t = 0; t < tiles; t++) {
                input(first + t, dx, s, v + t * COUNT, tiles * COUNT, square);
            }
            first += tiles;
        }
    }

    /** One tile of all filters, which come {@code step} apart. */
    private void output(int index, Slice dy, float[] s, int to, int step, int between) {
        int map = g.outH() * g.outW() * COUNT;
        outputs.clear(index, s, between);
        outputs.run(index, g.filters(), s, to, step, outputPlane, dy.array(), dy.at(), map, s, between);
    }

    /** One tile of all channels, which come {@code step} apart. */
    private void input(int index, Slice dx, float[] s, int v, int step, int square) {
        int between = square + tile.points() * COUNT;
        int map = g.height() * g.width() * COUNT;
        for (int c = 0; c < g.channels(); c++) {
            transform.run(
                    s,
                    square,
                    tile.side() * COUNT,
                    COUNT,
                    s,
                    v + c * step,
                    tile.side() * inputPlane,
                    inputPlane,
                    s,
                    between,
                    0f);
            inputs.add(index, s, square, dx.array(), dx.at() + c * map);
        }
    }
}
