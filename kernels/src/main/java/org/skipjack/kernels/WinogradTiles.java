package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

import java.util.Arrays;

/** Takes the tiles of maps through a transform, with the code and the place of each tile found once. */
final class WinogradTiles {
    private static final int VECTOR = WinogradTransform.VECTOR;

    private final WinogradTransform transform;
    private final WinogradTransform.Square[] squares;
    private final boolean[] inside;
    private final int[] offsets;
    private final int[] firstColumns;
    private final int[] columns;
    private final int side;
    private final int row;
    private final int column;

    /** The tiles of maps whose columns are {@code column} apart. */
    WinogradTiles(WinogradGrid grid, WinogradTransform transform, int column) {
        int tiles = grid.tiles();
        this.transform = transform;
        this.squares = new WinogradTransform.Square[tiles];
        this.inside = new boolean[tiles];
        this.offsets = new int[tiles];
        this.firstColumns = new int[tiles];
        this.columns = new int[tiles];
        this.side = transform.side();
        this.row = grid.width() * column;
        this.column = column;
        for (int t = 0; t < tiles; t++) {
            squares[t] = transform.rows(grid.firstRow(t), grid.lastRow(t));
            inside[t] = grid.inside(t);
            offsets[t] = grid.offset(t, column);
            firstColumns[t] = grid.column(t);
            columns[t] = grid.columns(t);
        }
    }

    /** Floats of scratch. */
    int scratch() {
        return transform.scratch();
    }

    /** Clears the scratch for a tile if some of its columns lie outside, which count as zeros. */
    void clear(int tile, float[] between, int b0) {
        if (!inside[tile]) {
            Arrays.fill(between, b0, b0 + transform.scratch(), 0f);
        }
    }

    /**
     * Transforms tiles that follow each other, map by map, so that what is read lies side by side.
     *
     * @param out element {@code p} of tile {@code t} of map {@code c} at {@code o0 + c * oStep + t * oTile + p * plane}
     * @param in map {@code c} at {@code i0 + c * iStep}
     * @param between {@code tiles} times {@link #scratch} floats
     */
    void run(
            int first,
            int tiles,
            int count,
            float[] out,
            int o0,
            int oStep,
            int oTile,
            int plane,
            float[] in,
            int i0,
            int iStep,
            float[] between,
            int b0) {
        int scratch = transform.scratch();
        for (int t = 0; t < tiles; t++) {
            clear(first + t, between, b0 + t * scratch);
        }
        for (int c = 0; c < count; c++) {
            for (int t = 0; t < tiles; t++) {
                int at = o0 + c * oStep + t * oTile;
                run(first + t, 1, out, at, 0, plane, in, i0 + c * iStep, 0, between, b0 + t * scratch);
            }
        }
    }

    /**
     * Transforms a tile of {@code count} maps of 16 floats a pixel.
     *
     * @param out element {@code p} of the result for map {@code c} at {@code o0 + c * oStep + p * plane}
     * @param in map {@code c} at {@code i0 + c * iStep}
     * @param between scratch of the transform, {@link #clear}ed for this tile
     */
    void run(
            int tile,
            int count,
            float[] out,
            int o0,
            int oStep,
            int plane,
            float[] in,
            int i0,
            int iStep,
            float[] between,
            int b0) {
        var square = squares[tile];
        int first = firstColumns[tile];
        int within = columns[tile];
        int from = i0 + offsets[tile];
        for (int c = 0; c < count; c++) {
            for (int l = 0; l < COUNT; l += VECTOR) {
                int to = o0 + c * oStep + l;
                int at = from + c * iStep + l;
                square.run(out, to, side * plane, plane, in, at, row, column, between, b0, first, within, 0f);
            }
        }
    }
}
