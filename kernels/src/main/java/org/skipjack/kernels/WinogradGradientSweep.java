package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The weight gradient beside {@link WinogradSweep}: {@code dw = Gᵀ [(A dy Aᵀ) ∘ (Bᵀ x B)] G}, the product summed over the tiles of
 * all examples. Each block's input is turned to channels in the vectors and transformed first; then tasks share the filters.
 */
public final class WinogradGradientSweep {
    private static final Map<Key, WinogradGradientSweep> KNOWN = new ConcurrentHashMap<>();

    private record Key(ConvGeometry g, int blocks) {}

    /** Vectors of a panel. */
    private static final int PANEL = 2;

    private final ConvGeometry g;
    private final WinogradTile tile;
    private final WinogradTiles inputs;
    private final int sums;
    private final int pixel;
    private final List<Integer> panels;
    private final int blocks;
    private final SweepGroups groups;
    private final LanesProduct[][] products;
    private final int gradientRow;

    private WinogradGradientSweep(Key key) {
        this.g = key.g;
        this.blocks = key.blocks;
        this.tile = WinogradTile.of(g);
        // Distances a line further than a power of two, so that what lies at them does not share a set of the cache.
        this.pixel = (g.channels() + 1) * COUNT;
        this.inputs = new WinogradTiles(WinogradGrid.input(g, tile), tile.input(), pixel);
        this.sums = WinogradGrid.output(g, tile).tiles() * COUNT;
        this.panels = ConvTiles.portions(g.channels() / COUNT, PANEL);
        this.groups = new SweepGroups(g.filters(), blocks);
        this.products = new LanesProduct[PANEL + 1][groups.largest() + 1];
        for (int vectors : Set.copyOf(panels)) {
            for (int filters : groups.sizes()) {
                products[vectors][filters] = new LanesProduct(filters, vectors * COUNT, sums);
            }
        }
        this.gradientRow = g.channels() + COUNT;
    }

    /** The weight gradient, over so many blocks, of a convolution that {@link WinogradSweep#fits}. */
    public static WinogradGradientSweep of(ConvGeometry g, int blocks) {
        return KNOWN.computeIfAbsent(new Key(g, blocks), WinogradGradientSweep::new);
    }

    /** Numbers of an example's turned factors, what {@link #factors} writes. */
    public int factors() {
        return plane(g.channels()) / COUNT * tile.points();
    }

    private int plane(int maps) {
        return maps * sums + COUNT;
    }

    /** Number of tasks. */
    public int tasks() {
        return groups.tasks();
    }

    /** Floating-point operations of a task, on average. */
    public long flops() {
        return 2L * tile.points() * g.filters() * g.channels() * sums * blocks / tasks();
    }

    /** Floats of scratch for {@link #factors}. */
    public int blockScratch() {
        return g.height() * g.width() * pixel + inputs.scratch();
    }

    /** Floats of scratch for {@link #run}. */
    public int scratch() {
        return tile.points() * gradientPlane(groups.largest())
                + tile.filterGradient().scratch()
                + 9 * COUNT;
    }

    private int gradientPlane(int filters) {
        return filters * gradientRow + COUNT;
    }

    /**
     * The factors {@code [point, panel of channels, tile and lane, channel]} of a block.
     *
     * @param v {@code 16 factors()} floats
     * @param x {@code [channels, height, width, 16]}
     * @param scratch {@link #blockScratch} floats
     */
    public void factors(Slice v, Slice x, Slice scratch) {
        float[] s = scratch.array();
        int pixels = g.height() * g.width();
        int between = scratch.at() + pixels * pixel;
        for (int i = 0; i < pixels; i++) {
            int to = scratch.at() + i * pixel;
            LayoutLanes.transpose(s, to, g.channels(), x.array(), x.at() + i * COUNT, pixels * COUNT, g.channels());
        }
        for (int t = 0; t < sums / COUNT; t++) {
            inputs.clear(t, s, between);
            int panel = 0;
            for (int vectors : panels) {
                int width = vectors * COUNT;
                for (int l = 0; l < COUNT; l++) {
                    int to = v.at() + panel * sums + (t * COUNT + l) * width;
                    int from = scratch.at() + l * g.channels() + panel;
                    inputs.run(t, vectors, v.array(), to, COUNT, plane(g.channels()), s, from, COUNT, s, between);
                }
                panel += width;
            }
        }
    }

    /**
     * The gradients of a task's filters.
     *
     * @param dw {@code [filters, channels, 3, 3]}
     * @param dm the first block's factors of the {@link WinogradSweep#inputGradient}, the next ones' {@code mBlock} further
     * @param v the first block's factors, the next ones' {@code vBlock} further
     * @param scratch {@link #scratch} floats
     */
    public void run(int task, Slice dw, Slice dm, int mBlock, Slice v, int vBlock, Slice scratch) {
        float[] s = scratch.array();
        int first = groups.first(task);
        int filters = groups.size(task);
        int gradientPlane = gradientPlane(filters);
        for (int p = 0; p < tile.points(); p++) {
            int a = dm.at() + p * plane(g.filters()) + first * sums;
            int c = scratch.at() + p * gradientPlane;
            int from = v.at() + p * plane(g.channels());
            int panel = 0;
            for (int vectors : panels) {
                int b = from + panel * sums;
                products[vectors][filters].run(
                        s, c + panel, gradientRow, dm.array(), a, mBlock, v.array(), b, vBlock, blocks);
                panel += vectors * COUNT;
            }
        }
        weights(dw, first, filters, s, scratch.at(), gradientPlane);
    }

    private void weights(Slice dw, int first, int filters, float[] s, int gradients, int gradientPlane) {
        int square = gradients + tile.points() * gradientPlane;
        int between = square + 9 * COUNT;
        for (int o = 0; o < filters; o++) {
            for (int c = 0; c < g.channels(); c += COUNT) {
                tile.filterGradient()
                        .run(
                                s,
                                square,
                                3 * COUNT,
                                COUNT,
                                s,
                                gradients + o * gradientRow + c,
                                tile.side() * gradientPlane,
                                gradientPlane,
                                s,
                                between,
                                0f);
                int to = dw.at() + ((first + o) * g.channels() + c) * 9;
                for (int l = 0; l < COUNT; l++) {
                    for (int t = 0; t < 9; t++) {
                        dw.array()[to + l * 9 + t] = s[square + t * COUNT + l];
                    }
                }
            }
        }
    }
}
