package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

/** Takes products through a transform to where their tiles lie in maps. */
final class WinogradResults {
    private final WinogradGrid grid;
    private final WinogradTransform transform;
    private final boolean adding;
    private final int map;

    /**
     * Results of one transform.
     *
     * @param adding whether to add to what the maps hold, as tiles that overlap do
     */
    WinogradResults(WinogradGrid grid, WinogradTransform transform, boolean adding) {
        this.grid = grid;
        this.transform = transform;
        this.adding = adding;
        this.map = grid.height() * grid.width() * COUNT;
    }

    /** Floats of scratch. */
    int scratch() {
        return transform.side() * transform.side() * COUNT + transform.scratch();
    }

    /**
     * One tile of {@code count} maps.
     *
     * @param maps the first at {@code m0}, one behind the other
     * @param products element {@code p} for map {@code c} at {@code p0 + c * step + p * plane}
     * @param bias a number for each map, or none
     * @param scratch {@link #scratch} floats
     */
    void run(
            int tile,
            int count,
            float[] maps,
            int m0,
            float[] products,
            int p0,
            int step,
            int plane,
            Slice bias,
            float[] scratch,
            int s0) {
        boolean direct = !adding && grid.inside(tile);
        boolean biased = bias.array().length > 0;
        int side = transform.side();
        int between = s0 + side * side * COUNT;
        int productRow = transform.map().inputs() * plane;
        for (int c = 0; c < count; c++) {
            int to = m0 + c * map;
            transform.run(
                    direct ? maps : scratch,
                    direct ? to + grid.offset(tile, COUNT) : s0,
                    (direct ? grid.width() : side) * COUNT,
                    COUNT,
                    products,
                    p0 + c * step,
                    productRow,
                    plane,
                    scratch,
                    between,
                    biased ? bias.array()[bias.at() + c] : 0f);
            if (adding) {
                grid.add(tile, scratch, s0, maps, to);
            } else if (!direct) {
                grid.put(tile, scratch, s0, maps, to);
            }
        }
    }
}
