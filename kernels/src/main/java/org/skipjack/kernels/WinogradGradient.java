package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

import java.util.List;

/**
 * Weight gradient of {@link WinogradLanes}. The sums over tiles and examples are long and the weights many, so here channels
 * fill the vectors, or filters if the channels are not in sixteens: one operand is first turned to {@code [pixel, lane,
 * channel]}. The other, still in lanes, is the one whose numbers are broadcast.
 */
final class WinogradGradient {
    private final ConvGeometry g;
    private final WinogradTile tile;
    private final boolean filtersTurned;
    private final Side broadcast;
    private final Side turned;
    private final List<Integer> tilePanels;
    private final List<Integer> turnedPanels;
    private final PanelProduct[] first;
    private final PanelProduct[] next;
    private final int pixel;
    private final int productPlane;

    /**
     * One of the two operands.
     *
     * @param maps channels or filters
     * @param pixels of a map
     * @param plane distance of two points of its transformed tiles
     */
    private record Side(WinogradTiles tiles, int maps, int pixels, int plane) {}

    WinogradGradient(ConvGeometry g) {
        this.g = g;
        this.tile = WinogradTile.of(g);
        this.filtersTurned = g.channels() % COUNT != 0;
        this.tilePanels = ConvTiles.portions(WinogradGrid.output(g, tile).tiles(), WinogradLanes.PANEL);
        int maps = filtersTurned ? g.filters() : g.channels();
        // Strides a line further than a power of two, so that their elements do not share a set of the cache.
        this.pixel = (maps + 1) * COUNT;
        this.turned = filtersTurned ? filters(pixel) : channels(pixel);
        this.broadcast = filtersTurned ? channels(COUNT) : filters(COUNT);
        this.turnedPanels = ConvTiles.portions(maps / COUNT, WinogradLanes.PANEL);
        this.first = PanelProduct.byVectors(turnedPanels, broadcast.maps, false);
        this.next = PanelProduct.byVectors(turnedPanels, broadcast.maps, true);
        this.productPlane = g.filters() * g.channels() + COUNT;
    }

    private Side channels(int column) {
        var tiles = new WinogradTiles(WinogradGrid.input(g, tile), tile.input(), column);
        return side(tiles, g.channels(), g.height() * g.width());
    }

    private Side filters(int column) {
        var tiles = new WinogradTiles(WinogradGrid.output(g, tile), tile.gradient(), column);
        return side(tiles, g.filters(), g.outH() * g.outW());
    }

    private static Side side(WinogradTiles tiles, int maps, int pixels) {
        return new Side(tiles, maps, pixels, (WinogradLanes.PANEL * maps + 1) * COUNT);
    }

    int scratch() {
        int planes = broadcast.plane + turned.plane + productPlane + 2 * COUNT;
        return tile.points() * planes + turned.pixels * pixel;
    }

    void run(Slice dw, Slice dy, Slice x, Slice scratch) {
        float[] s = scratch.array();
        int factors = scratch.at();
        int panels = factors + tile.points() * broadcast.plane;
        int products = panels + tile.points() * turned.plane;
        int square = products + tile.points() * productPlane;
        int pixels = square + 2 * tile.points() * COUNT;
        turn(filtersTurned ? dy : x, s, pixels);
        int done = 0;
        for (int tiles : tilePanels) {
            for (int t = 0; t < tiles; t++) {
                inLanes(done + t, filtersTurned ? x : dy, s, factors + t * COUNT, tiles * COUNT, square);
                turned(done + t, s, pixels, panels, t, tiles * COUNT, square);
            }
            products(s, products, factors, panels, tiles * COUNT, done == 0 ? first : next);
            done += tiles;
        }
        weights(dw, s, products, square);
    }

    private void turn(Slice maps, float[] s, int pixels) {
        for (int i = 0; i < turned.pixels; i++) {
            int to = pixels + i * pixel;
            int from = maps.at() + i * COUNT;
            LayoutLanes.transpose(s, to, turned.maps, maps.array(), from, turned.pixels * COUNT, turned.maps);
        }
    }

    /** {@code [point, map, tile and lane]} of one tile. */
    private void inLanes(int index, Slice maps, float[] s, int to, int step, int between) {
        WinogradTiles tiles = broadcast.tiles;
        int map = broadcast.pixels * COUNT;
        tiles.clear(index, s, between);
        tiles.run(index, broadcast.maps, s, to, step, broadcast.plane, maps.array(), maps.at(), map, s, between);
    }

    /** {@code [point, panel of maps, tile and lane, map]} of one tile. */
    private void turned(int index, float[] s, int pixels, int panels, int t, int sums, int between) {
        turned.tiles.clear(index, s, between);
        int panel = 0;
        for (int vectors : turnedPanels) {
            int width = vectors * COUNT;
            for (int l = 0; l < COUNT; l++) {
                int to = panels + panel * sums + (t * COUNT + l) * width;
                int from = pixels + l * turned.maps + panel;
                turned.tiles.run(index, vectors, s, to, COUNT, turned.plane, s, from, COUNT, s, between);
            }
            panel += width;
        }
    }

    private void products(float[] s, int products, int factors, int panels, int sums, PanelProduct[] product) {
        for (int p = 0; p < tile.points(); p++) {
            int panel = 0;
            for (int vectors : turnedPanels) {
                product[vectors].run(
                        s,
                        products + p * productPlane + panel,
                        turned.maps,
                        s,
                        factors + p * broadcast.plane,
                        sums,
                        s,
                        panels + p * turned.plane + panel * sums,
                        sums);
                panel += vectors * COUNT;
            }
        }
    }

    private void weights(Slice dw, float[] s, int products, int square) {
        int taps = tile.kernel() * tile.kernel();
        int between = square + taps * COUNT;
        int next = filtersTurned ? g.channels() * taps : taps;
        for (int b = 0; b < broadcast.maps; b++) {
            for (int m = 0; m < turned.maps; m += COUNT) {
                tile.filterGradient()
                        .run(
                                s,
                                square,
                                tile.kernel() * COUNT,
                                COUNT,
                                s,
                                products + b * turned.maps + m,
                                tile.side() * productPlane,
                                productPlane,
                                s,
                                between,
                                0f);
                int to = dw.at() + (filtersTurned ? m * g.channels() + b : b * g.channels() + m) * taps;
                for (int l = 0; l < COUNT; l++) {
                    for (int t = 0; t < taps; t++) {
                        dw.array()[to + l * next + t] = s[square + t * COUNT + l];
                    }
                }
            }
        }
    }
}
