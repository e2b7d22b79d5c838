package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The weight gradient beside {@link WinogradSweep}: {@code dw = Gᵀ [(A dy Aᵀ) ∘ (Bᵀ x B)] G}, the product summed over the tiles of
 * all examples. Each block's input is turned to channels in the vectors and transformed first; then tasks share the filters.
 */
public final class WinogradGradientSweep {
    private static final Map<Key, WinogradGradientSweep> KNOWN = new ConcurrentHashMap<>();

    private record Key(ConvGeometry g, int blocks, int threads) {}

    private final ConvGeometry g;
    private final WinogradTile tile;
    private final WinogradTiles inputs;
    private final int tiles;
    private final int panels;
    private final int depth;
    private final int pixel;
    private final int blocks;
    private final SweepGroups groups;
    private final VectorsProduct pairs;
    private final VectorsProduct ones;

    private WinogradGradientSweep(Key key) {
        this.g = key.g;
        this.blocks = key.blocks;
        this.tile = WinogradTile.of(g);
        this.tiles = WinogradGrid.output(g, tile).tiles();
        this.panels = g.channels() / COUNT;
        this.depth = blocks * tiles * COUNT;
        // A line further than a power of two, so that pixels do not share a set of the cache.
        this.pixel = (g.channels() + 1) * COUNT;
        this.inputs = new WinogradTiles(WinogradGrid.input(g, tile), tile.input(), pixel);
        this.groups = new SweepGroups(g.filters(), blocks, key.threads);
        this.pairs = new VectorsProduct(2, depth);
        this.ones = panels % 2 == 1 ? new VectorsProduct(1, depth) : pairs;
    }

    /** The weight gradient, over so many blocks and for so many threads, of a convolution that {@link WinogradSweep#fits}. */
    public static WinogradGradientSweep of(ConvGeometry g, int blocks, int threads) {
        return KNOWN.computeIfAbsent(new Key(g, blocks, threads), WinogradGradientSweep::new);
    }

    /** Numbers of the turned factors for each example of the blocks. */
    public int factors() {
        return Math.ceilDiv(tile.points() * factorPlane(), blocks * COUNT);
    }

    /** {@code [panel of channels, block, tile, lane, channel]} of a point, and a line more, as between all planes here. */
    private int factorPlane() {
        return panels * panel() + COUNT;
    }

    private int panel() {
        return depth * COUNT;
    }

    /** Number of tasks. */
    public int tasks() {
        return groups.tasks();
    }

    /** Floating-point operations of a task, on average. */
    public long flops() {
        return 2L * tile.points() * g.filters() * g.channels() * depth / tasks();
    }

    /** Floats of scratch for {@link #factors}. */
    public int blockScratch() {
        return g.height() * g.width() * pixel + inputs.scratch();
    }

    /** Floats of scratch for {@link #run}. */
    public int scratch() {
        int filters = groups.largest();
        return tile.points() * sumPlane(filters)
                + Math.max(filters * depth, tile.filterGradient().scratch() + 9 * COUNT);
    }

    /** {@code [panel of channels, filter, channel]} of a point. */
    private int sumPlane(int filters) {
        return panels * filters * COUNT + COUNT;
    }

    /**
     * A block's share of the factors {@code [point, panel of channels, block, tile, lane, channel]}.
     *
     * @param v {@code 16 factors()} floats for each block
     * @param x {@code [channels, height, width, 16]} of the block
     * @param scratch {@link #blockScratch} floats
     */
    public void factors(int block, Slice v, Slice x, Slice scratch) {
        float[] s = scratch.array();
        int pixels = g.height() * g.width();
        int between = scratch.at() + pixels * pixel;
        for (int i = 0; i < pixels; i++) {
            int to = scratch.at() + i * pixel;
            LayoutLanes.transpose(s, to, g.channels(), x.array(), x.at() + i * COUNT, pixels * COUNT, g.channels());
        }
        for (int t = 0; t < tiles; t++) {
            inputs.clear(t, s, between);
            int row = v.at() + (block * tiles + t) * COUNT * COUNT;
            for (int l = 0; l < COUNT; l++) {
                int to = row + l * COUNT;
                int from = scratch.at() + l * g.channels();
                inputs.run(t, panels, v.array(), to, panel(), factorPlane(), s, from, COUNT, s, between);
            }
        }
    }

    /**
     * The gradients of a task's filters.
     *
     * @param dw {@code [filters, channels, 3, 3]}
     * @param dm the factors of the {@link WinogradSweep#inputGradient} of all blocks, one behind the other
     * @param v the factors of all blocks
     * @param scratch {@link #scratch} floats
     */
    public void run(int task, Slice dw, Slice dm, Slice v, Slice scratch) {
        float[] s = scratch.array();
        int first = groups.first(task);
        int filters = groups.size(task);
        int turned = scratch.at() + tile.points() * sumPlane(filters);
        for (int p = 0; p < tile.points(); p++) {
            turn(s, turned, dm, p, first, filters);
            int b = v.at() + p * factorPlane();
            int c = scratch.at() + p * sumPlane(filters);
            int row = filters * COUNT;
            for (int j = 0; j < panels; j += 2) {
                int k = Math.min(j + 1, panels - 1);
                VectorsProduct product = k > j ? pairs : ones;
                product.run(
                        filters / COUNT,
                        s,
                        c + j * row,
                        c + k * row,
                        s,
                        turned,
                        panel(),
                        v.array(),
                        b + j * panel(),
                        b + k * panel());
            }
        }
        weights(dw, first, filters, s, scratch.at(), turned);
    }

    /** One point of the output gradient's factors with a task's filters in the vectors, {@code [16 filters, block, tile, lane, filter]}. */
    private void turn(float[] s, int to, Slice dm, int point, int first, int filters) {
        int plane = WinogradSweep.plane(g.filters());
        for (int i = 0; i < filters; i += COUNT) {
            for (int t = 0; t < blocks * tiles; t++) {
                int from = dm.at() + (t * tile.points() + point) * plane + (first + i) * COUNT;
                int at = to + i * depth + t * COUNT * COUNT;
                LayoutLanes.transpose(s, at, COUNT, dm.array(), from, COUNT, COUNT);
            }
        }
    }

    private void weights(Slice dw, int first, int filters, float[] s, int sums, int square) {
        int between = square + 9 * COUNT;
        int plane = sumPlane(filters);
        for (int panel = 0; panel < panels; panel++) {
            for (int o = 0; o < filters; o++) {
                int from = sums + (panel * filters + o) * COUNT;
                tile.filterGradient()
                        .run(s, square, 3 * COUNT, COUNT, s, from, tile.side() * plane, plane, s, between, 0f);
                int to = dw.at() + ((first + o) * g.channels() + panel * COUNT) * 9;
                for (int l = 0; l < COUNT; l++) {
                    for (int t = 0; t < 9; t++) {
                        dw.array()[to + l * 9 + t] = s[square + t * COUNT + l];
                    }
                }
            }
        }
    }
}
