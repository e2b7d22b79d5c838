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
    private final PanelProduct[][] first;
    private final PanelProduct[][] next;
    private final int pixel;
    private final int productPlane;

    /**
     * One of the two operands.
     *
     * @param grid where its tiles lie
     * @param maps channels or filters
     * @param pixels of a map
     * @param plane distance of two points of its transformed tiles
     */
    private record Side(WinogradGrid grid, WinogradTiles tiles, int maps, int pixels, int plane) {}

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
        this.first = products(tilePanels.subList(0, 1), false);
        this.next = products(tilePanels.subList(1, tilePanels.size()), true);
        this.productPlane = g.filters() * g.channels() + COUNT;
    }

    /** Products by the tiles that they sum over and by the vectors of maps that are turned. */
    private PanelProduct[][] products(List<Integer> panels, boolean adding) {
        var products = new PanelProduct[tilePanels.getFirst() + 1][];
        for (int tiles : panels) {
            products[tiles] = PanelProduct.byVectors(
                    turnedPanels,
                    n -> new PanelProduct(
                            n * COUNT, broadcast.maps, tiles * COUNT, tiles * COUNT, turned.maps, adding));
        }
        return products;
    }

    private Side channels(int column) {
        return side(WinogradGrid.input(g, tile), tile.input(), column, g.channels());
    }

    private Side filters(int column) {
        return side(WinogradGrid.output(g, tile), tile.gradient(), column, g.filters());
    }

    private Side side(WinogradGrid grid, WinogradTransform transform, int column, int maps) {
        int plane = (tilePanels.getFirst() * maps + 1) * COUNT;
        return new Side(grid, new WinogradTiles(grid, transform, column), maps, grid.height() * grid.width(), plane);
    }

    int scratch() {
        int planes = broadcast.plane + turned.plane + productPlane;
        return tile.points() * planes + square() + turned.pixels * pixel;
    }

    /** Floats of scratch for the transforms. */
    private int square() {
        return Math.max(2 * tile.points() * COUNT, WinogradLanes.PANEL * broadcast.tiles.scratch());
    }

    void run(Slice dw, Slice dy, Slice x, Slice scratch) {
        float[] s = scratch.array();
        int factors = scratch.at();
        int panels = factors + tile.points() * broadcast.plane;
        int products = panels + tile.points() * turned.plane;
        int square = products + tile.points() * productPlane;
        int pixels = square + square();
        int rows = 0;
        int done = 0;
        for (int tiles : tilePanels) {
            int to = turned.grid.rows(done + tiles - 1);
            turn(filtersTurned ? dy : x, rows, to, s, pixels);
            rows = Math.max(rows, to);
            inLanes(done, tiles, filtersTurned ? x : dy, s, factors, square);
            for (int t = 0; t < tiles; t++) {
                turned(done + t, s, pixels, panels, t, tiles * COUNT, square);
            }
            products(s, products, factors, panels, tiles * COUNT, (done == 0 ? first : next)[tiles]);
            done += tiles;
        }
        weights(dw, s, products, square);
    }

    /** Some rows of the maps, just before they are read, while they are in the cache. */
    private void turn(Slice maps, int first, int last, float[] s, int pixels) {
        int width = turned.grid.width();
        for (int i = first * width; i < last * width; i++) {
            int to = pixels + i * pixel;
            int from = maps.at() + i * COUNT;
            LayoutLanes.transpose(s, to, turned.maps, maps.array(), from, turned.pixels * COUNT, turned.maps);
        }
    }

    /** {@code [point, map, tile and lane]} of some tiles. */
    private void inLanes(int index, int tiles, Slice maps, float[] s, int to, int between) {
        int map = broadcast.pixels * COUNT;
        broadcast.tiles.run(
                index,
                tiles,
                broadcast.maps,
                s,
                to,
                tiles * COUNT,
                COUNT,
                broadcast.plane,
                maps.array(),
                maps.at(),
                map,
                s,
                between);
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
                        s,
                        factors + p * broadcast.plane,
                        s,
                        panels + p * turned.plane + panel * sums);
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
