package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

import java.util.Arrays;

/** The tiles of one map, in rows: where each lies, and how to get at its input or output across the map's border. */
final class WinogradGrid {
    private final int size;
    private final int side;
    private final int height;
    private final int width;
    private final int padH;
    private final int padW;
    private final int across;
    private final int tiles;

    /**
     * The grid over a map.
     *
     * @param height rows of the map
     * @param width columns of the map
     * @param size distance between tiles
     * @param side rows and columns that a tile sees
     * @param padH rows above the map that the first tile sees
     * @param padW columns left of the map that the first tile sees
     * @param down tiles in a column
     * @param across tiles in a row
     */
    WinogradGrid(int height, int width, int size, int side, int padH, int padW, int down, int across) {
        this.height = height;
        this.width = width;
        this.size = size;
        this.side = side;
        this.padH = padH;
        this.padW = padW;
        this.across = across;
        this.tiles = down * across;
    }

    /** What the tiles of a convolution's output see of its input. */
    static WinogradGrid input(ConvGeometry g, WinogradTile tile) {
        return new WinogradGrid(
                g.height(), g.width(), tile.size(), tile.side(), g.padH(), g.padW(), down(g, tile), across(g, tile));
    }

    /** The tiles of a convolution's output. */
    static WinogradGrid output(ConvGeometry g, WinogradTile tile) {
        return new WinogradGrid(g.outH(), g.outW(), tile.size(), tile.size(), 0, 0, down(g, tile), across(g, tile));
    }

    private static int down(ConvGeometry g, WinogradTile tile) {
        return Math.ceilDiv(g.outH(), tile.size());
    }

    private static int across(ConvGeometry g, WinogradTile tile) {
        return Math.ceilDiv(g.outW(), tile.size());
    }

    int tiles() {
        return tiles;
    }

    private int top(int tile) {
        return tile / across * size - padH;
    }

    private int left(int tile) {
        return tile % across * size - padW;
    }

    /** Whether a tile lies within the map. */
    boolean inside(int tile) {
        int top = top(tile);
        int left = left(tile);
        return top >= 0 && top + side <= height && left >= 0 && left + side <= width;
    }

    /** Offset of a tile that lies within the map, whose columns are {@code column} apart. */
    int offset(int tile, int column) {
        return (top(tile) * width + left(tile)) * column;
    }

    /** Fills a square of 16 floats an element with zeros where a tile lies outside the map. */
    void clear(float[] square, int at) {
        Arrays.fill(square, at, at + side * side * COUNT, 0f);
    }

    /** Copies what of a tile lies within the map to a square. */
    void fetch(int tile, float[] square, int at, float[] map, int mapAt, int column) {
        int top = top(tile);
        int left = left(tile);
        int first = Math.max(0, -left);
        int last = Math.min(side, width - left);
        for (int i = Math.max(0, -top); i < Math.min(side, height - top); i++) {
            int to = at + i * side * COUNT;
            int from = mapAt + ((top + i) * width + left) * column;
            for (int j = first; j < last; j++) {
                System.arraycopy(map, from + j * column, square, to + j * COUNT, COUNT);
            }
        }
    }

    /** Copies what of a square lies within the map to it. */
    void put(int tile, float[] square, int at, float[] map, int mapAt) {
        int top = top(tile);
        int left = left(tile);
        int columns = Math.min(side, width - left);
        for (int i = 0; i < Math.min(side, height - top); i++) {
            System.arraycopy(
                    square, at + i * side * COUNT, map, mapAt + ((top + i) * width + left) * COUNT, columns * COUNT);
        }
    }
}
