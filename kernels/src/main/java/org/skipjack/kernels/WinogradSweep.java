package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.skipjack.kernels.WinogradLanes.Filters;

/**
 * A 3x3 convolution with stride 1 or 2 by {@link WinogradLanes Winograd's algorithm} over the whole batch at once, for small maps of
 * many channels, whose filters are more work than a block's tiles: each block's factors first, then the products of all blocks with
 * the maps of the result divided into tasks, each of which transforms the filters of its own, then each block's results. Or its
 * input gradient, {@code dx = Σ B [Uᵀ (A dy Aᵀ)] Bᵀ}.
 */
public final class WinogradSweep {
    private static final Map<Key, WinogradSweep> KNOWN = new ConcurrentHashMap<>();

    private record Key(ConvGeometry g, Filters kind, int blocks) {}

    private final ConvGeometry g;
    private final Filters kind;
    private final WinogradSides sides;
    private final int blocks;
    private final SweepGroups groups;
    private final VectorsProduct[] pairs;
    private final VectorsProduct[] ones;
    private final int filterRow;
    private final int panel;

    private WinogradSweep(Key key) {
        this.g = key.g;
        this.kind = key.kind;
        this.blocks = key.blocks;
        this.sides = kind == Filters.FORWARD ? WinogradSides.forward(g) : WinogradSides.adjoint(g);
        this.panel = sides.tiles() * COUNT;
        this.groups = new SweepGroups(sides.resultMaps(), blocks);
        this.pairs = new VectorsProduct[groups.largest() + 1];
        this.ones = new VectorsProduct[groups.largest() + 1];
        boolean odd = vectors() % 2 == 1;
        for (int n : groups.sizes()) {
            pairs[n] = new VectorsProduct(2, n, sides.operandMaps(), panel);
            ones[n] = odd ? new VectorsProduct(1, n, sides.operandMaps(), panel) : pairs[n];
        }
        // Rows a line further than a power of two, so that they do not share a set of the cache.
        this.filterRow = sides.operandMaps() + COUNT;
    }

    /** Of all blocks' tiles. */
    private int vectors() {
        return blocks * sides.tiles();
    }

    /** The convolution of so many blocks. */
    public static WinogradSweep forward(ConvGeometry g, int blocks) {
        return KNOWN.computeIfAbsent(new Key(g, Filters.FORWARD, blocks), WinogradSweep::new);
    }

    /** The input gradient of so many blocks. */
    public static WinogradSweep inputGradient(ConvGeometry g, int blocks) {
        return KNOWN.computeIfAbsent(new Key(g, Filters.TRANSPOSED, blocks), WinogradSweep::new);
    }

    /**
     * Whether a convolution can be computed so: as {@link WinogradLanes#fits}, with a kernel of 3x3 and four tiles at most.
     */
    public static boolean fits(ConvGeometry g) {
        return g.kernelH() == 3
                && WinogradLanes.fits(g)
                && WinogradGrid.output(g, WinogradTile.of(g)).tiles() <= WinogradLanes.PANEL;
    }

    /** Numbers of an example's factors, what {@link #factors} writes. */
    public int factors() {
        return plane(sides.operandMaps()) / COUNT * sides.points();
    }

    /** Numbers of an example's products, what {@link #products} writes. */
    public int products() {
        return plane(sides.resultMaps()) / COUNT * sides.points();
    }

    private int plane(int maps) {
        return maps * panel + COUNT;
    }

    /** Tasks of the products. */
    public int tasks() {
        return groups.tasks();
    }

    /** Floating-point operations of a task, on average. */
    public long flops() {
        return 2L * sides.points() * sides.resultMaps() * sides.operandMaps() * COUNT * vectors() / tasks();
    }

    /** Floats of scratch for {@link #factors} and {@link #results}. */
    public int blockScratch() {
        return sides.scratch();
    }

    /** Floats of scratch for {@link #products}. */
    public int scratch() {
        return sides.points() * filterPlane(groups.largest()) + WinogradLanes.filterScratch(g);
    }

    private int filterPlane(int maps) {
        return maps * filterRow + COUNT;
    }

    /**
     * The factors of a block.
     *
     * @param v {@code 16 factors()} floats
     * @param maps {@code [channels, height, width, 16]}, or {@code [filters, outH, outW, 16]} of the input gradient
     * @param scratch {@link #blockScratch} floats
     */
    public void factors(Slice v, Slice maps, Slice scratch) {
        float[] s = scratch.array();
        sides.factors(0, sides.tiles(), v.array(), v.at(), plane(sides.operandMaps()), maps, s, scratch.at());
    }

    /**
     * A task of the products, for all blocks.
     *
     * @param m the first block's products, the next ones' {@code mBlock} further
     * @param v the first block's factors, the next ones' {@code vBlock} further
     * @param w the weight
     * @param scratch {@link #scratch} floats
     */
    public void products(int task, Slice m, int mBlock, Slice v, int vBlock, Slice w, Slice scratch) {
        float[] u = scratch.array();
        int maps = groups.size(task);
        int map = groups.first(task);
        int filterPlane = filterPlane(maps);
        var rest = new Slice(u, scratch.at() + sides.points() * filterPlane);
        WinogradLanes.filters(u, scratch.at(), filterRow, filterPlane, w, kind, g, map, map + maps, rest);
        for (int p = 0; p < sides.points(); p++) {
            int filter = scratch.at() + p * filterPlane;
            int sum = m.at() + p * plane(sides.resultMaps()) + map * panel;
            int factor = v.at() + p * plane(sides.operandMaps());
            for (int j = 0; j < vectors(); j += 2) {
                int next = Math.min(j + 1, vectors() - 1);
                (next > j ? pairs : ones)
                        [maps].run(
                                m.array(),
                                sum + at(j, mBlock),
                                sum + at(next, mBlock),
                                panel,
                                u,
                                filter,
                                filterRow,
                                v.array(),
                                factor + at(j, vBlock),
                                factor + at(next, vBlock));
            }
        }
    }

    /** Where a vector of all blocks' tiles lies. */
    private int at(int vector, int block) {
        return vector / sides.tiles() * block + vector % sides.tiles() * COUNT;
    }

    /**
     * The results of a block.
     *
     * @param maps {@code [filters, outH, outW, 16]}, or {@code [channels, height, width, 16]} of the input gradient
     * @param m {@code 16 products()} floats
     * @param bias a number for each map, or {@link Conv2dLanes#NO_BIAS}
     * @param scratch {@link #blockScratch} floats
     */
    public void results(Slice maps, Slice m, Slice bias, Slice scratch) {
        int plane = plane(sides.resultMaps());
        sides.clear(maps);
        sides.results(0, sides.tiles(), maps, m.array(), m.at(), plane, bias, scratch.array(), scratch.at());
    }
}
