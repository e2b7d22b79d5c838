package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

/**
 * The tiles of one map, row by row, and where each lies.
 *
 * @param height rows of the map
 * @param width columns of the map
 * @param size distance between tiles
 * @param side rows and columns of a tile
 * @param padH rows above the map that the first tile covers
 * @param padW columns left of the map that the first tile covers
 * @param down tiles in a column
 * @param across tiles in a row
 */
record WinogradGrid(int height, int width, int size, int side, int padH, int padW, int down, int across) {
    /** What the tiles of a convolution's output see of its input. */
    static WinogradGrid input(ConvGeometry g, WinogradTile tile) {
        return new WinogradGrid(
                g.height(),
                g.width(),
                tile.stride() * tile.size(),
                tile.side(),
                g.padH(),
                g.padW(),
                down(g, tile),
                across(g, tile));
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
        return down * across;
    }

    private int top(int tile) {
        return tile / across * size - padH;
    }

    private int left(int tile) {
        return tile % across * size - padW;
    }

    /** Rows of the map, from its first, that tiles up to this one see. */
    int rows(int tile) {
        return Math.clamp(top(tile) + side, 0, height);
    }

    /** Whether a tile lies within the map. */
    boolean inside(int tile) {
        return firstRow(tile) == 0 && lastRow(tile) == side && column(tile) == 0 && columns(tile) == side;
    }

    /** Offset of a tile in the map, whose columns are {@code column} apart; perhaps before the map's first element. */
    int offset(int tile, int column) {
        return (top(tile) * width + left(tile)) * column;
    }

    /** First row of a tile that lies within the map. */
    int firstRow(int tile) {
        return Math.min(side, Math.max(0, -top(tile)));
    }

    /** First row of a tile below the map, or below the tile. */
    int lastRow(int tile) {
        return Math.max(firstRow(tile), Math.min(side, height - top(tile)));
    }

    /** First column of a tile that lies within the map. */
    int column(int tile) {
        return Math.min(side, Math.max(0, -left(tile)));
    }

    /** Number of columns of a tile that lie within the map. */
    int columns(int tile) {
        return Math.max(0, Math.min(side, width - left(tile)) - column(tile));
    }

    /** Adds what of a square lies within the map to it. */
    void add(int tile, float[] square, int at, float[] map, int mapAt) {
        int first = firstRow(tile);
        int last = lastRow(tile);
        int column = column(tile);
        int floats = columns(tile) * COUNT;
        for (int i = first; i < last; i++) {
            int to = mapAt + offset(tile, COUNT) + (i * width + column) * COUNT;
            ElementwiseLanes.add(map, to, map, to, square, at + (i * side + column) * COUNT, floats);
        }
    }

    /** Copies what of a square lies within the map to it. */
    void put(int tile, float[] square, int at, float[] map, int mapAt) {
        int rows = lastRow(tile);
        int columns = columns(tile);
        int to = mapAt + offset(tile, COUNT);
        for (int i = 0; i < rows; i++) {
            System.arraycopy(square, at + i * side * COUNT, map, to + i * width * COUNT, columns * COUNT);
        }
    }
}
