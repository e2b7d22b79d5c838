package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

/** Takes products through a transform to where their tiles lie in maps. */
final class WinogradResults {
    private final WinogradGrid grid;
    private final WinogradTransform transform;
    private final boolean adding;
    private final int floats;
    private final boolean[] inside;
    private final int[] offsets;

    /**
     * Results of one transform.
     *
     * @param adding whether to add to what the maps hold, as tiles that overlap do
     */
    WinogradResults(WinogradGrid grid, WinogradTransform transform, boolean adding) {
        this.grid = grid;
        this.transform = transform;
        this.adding = adding;
        this.floats = grid.height() * grid.width() * COUNT;
        this.inside = new boolean[grid.tiles()];
        this.offsets = new int[grid.tiles()];
        for (int t = 0; t < inside.length; t++) {
            inside[t] = grid.inside(t);
            offsets[t] = grid.offset(t, COUNT);
        }
    }

    /** Floats of scratch. */
    int scratch() {
        return transform.side() * transform.side() * COUNT + transform.scratch();
    }

    /**
     * Tiles that follow each other of {@code count} maps, map by map, so that what is written lies side by side.
     *
     * @param maps one behind the other
     * @param products element {@code p} of tile {@code t} of map {@code c} at {@code p0 + c * pStep + t * pTile + p * plane}
     * @param bias a number for each map, or none
     * @param scratch {@link #scratch} floats
     */
    void run(
            int first,
            int tiles,
            int count,
            Slice maps,
            float[] products,
            int p0,
            int pStep,
            int pTile,
            int plane,
            Slice bias,
            float[] scratch,
            int s0) {
        boolean biased = bias.array().length > 0;
        int side = transform.side();
        int between = s0 + side * side * COUNT;
        int productRow = transform.map().inputs() * plane;
        for (int c = 0; c < count; c++) {
            int map = maps.at() + c * floats;
            float start = biased ? bias.array()[bias.at() + c] : 0f;
            for (int tile = first; tile < first + tiles; tile++) {
                boolean direct = !adding && inside[tile];
                transform.run(
                        direct ? maps.array() : scratch,
                        direct ? map + offsets[tile] : s0,
                        (direct ? grid.width() : side) * COUNT,
                        COUNT,
                        products,
                        p0 + c * pStep + (tile - first) * pTile,
                        productRow,
                        plane,
                        scratch,
                        between,
                        start);
                if (adding) {
                    grid.add(tile, scratch, s0, maps.array(), map);
                } else if (!direct) {
                    grid.put(tile, scratch, s0, maps.array(), map);
                }
            }
        }
    }
}
