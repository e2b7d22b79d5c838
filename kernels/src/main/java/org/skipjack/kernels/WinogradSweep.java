package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.skipjack.kernels.WinogradLanes.Filters;

/**
 * A 3x3 convolution with stride 1 by {@link WinogradLanes Winograd's algorithm} over the whole batch at once, for small maps of
 * many channels, whose filters are more work than a block's tiles: each block's factors first, then the products of all blocks with
 * the maps of the result divided into tasks, each of which transforms the filters of its own, then each block's results. Or its
 * input gradient, {@code dx = Σ B [Uᵀ (A dy Aᵀ)] Bᵀ}.
 */
public final class WinogradSweep {
    private static final Map<ConvGeometry, WinogradSweep> FORWARD = new ConcurrentHashMap<>();
    private static final Map<ConvGeometry, WinogradSweep> INPUT_GRADIENTS = new ConcurrentHashMap<>();

    /** Maps of the operand that are summed at a time, which keeps rounding errors small and the numbers in the first-level cache. */
    private static final int PORTION = 128;

    private final ConvGeometry g;
    private final Filters kind;
    private final WinogradSides sides;
    private final VectorsProduct[][] products = new VectorsProduct[SweepGroups.MOST + 1][];
    private final int filterRow;
    private final int panel;

    private WinogradSweep(ConvGeometry g, Filters kind, WinogradSides sides) {
        this.g = g;
        this.kind = kind;
        this.sides = sides;
        this.panel = sides.tiles() * COUNT;
        for (int n = 1; n <= SweepGroups.MOST; n++) {
            products[n] = products(n * COUNT);
        }
        // Rows a line further than a power of two, so that they do not share a set of the cache.
        this.filterRow = sides.operandMaps() + COUNT;
    }

    /** Of two vectors, of two in a further portion, of one, of one in a further portion. */
    private VectorsProduct[] products(int rows) {
        var two = new VectorsProduct(2, rows, panel, false);
        var one = new VectorsProduct(1, rows, panel, false);
        return sides.operandMaps() <= PORTION
                ? new VectorsProduct[] {two, two, one, one}
                : new VectorsProduct[] {
                    two, new VectorsProduct(2, rows, panel, true), one, new VectorsProduct(1, rows, panel, true)
                };
    }

    /** The convolution. */
    public static WinogradSweep forward(ConvGeometry g) {
        return FORWARD.computeIfAbsent(g, k -> new WinogradSweep(k, Filters.FORWARD, WinogradSides.forward(k)));
    }

    /** The input gradient. */
    public static WinogradSweep inputGradient(ConvGeometry g) {
        return INPUT_GRADIENTS.computeIfAbsent(
                g, k -> new WinogradSweep(k, Filters.TRANSPOSED, WinogradSides.adjoint(k)));
    }

    /** Whether a convolution can be computed so: as {@link WinogradLanes#fits}, with a kernel of 3x3 and four tiles at most. */
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

    private SweepGroups groups(int blocks) {
        return new SweepGroups(sides.resultMaps(), blocks);
    }

    /** Tasks of the products. */
    public int tasks(int blocks) {
        return groups(blocks).tasks();
    }

    /** Floating-point operations of the products. */
    public long flops(int blocks) {
        return 2L * sides.points() * sides.resultMaps() * sides.operandMaps() * panel * blocks;
    }

    /** Floats of scratch for {@link #factors} and {@link #results}. */
    public int blockScratch() {
        return sides.scratch();
    }

    /** Floats of scratch for {@link #products}. */
    public int scratch(int blocks) {
        return sides.points() * filterPlane(groups(blocks).size(0)) + WinogradLanes.filterScratch(g);
    }

    private int filterPlane(int size) {
        return size * COUNT * filterRow + COUNT;
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
    public void products(int task, Slice m, int mBlock, Slice v, int vBlock, Slice w, int blocks, Slice scratch) {
        float[] u = scratch.array();
        SweepGroups groups = groups(blocks);
        int size = groups.size(task);
        int filterPlane = filterPlane(size);
        int filters = scratch.at() + sides.points() * filterPlane;
        int map = groups.first(task);
        int last = map + size * COUNT;
        WinogradLanes.filters(u, scratch.at(), filterRow, filterPlane, w, kind, g, map, last, new Slice(u, filters));
        int vectors = blocks * sides.tiles();
        int depth = sides.operandMaps();
        for (int p = 0; p < sides.points(); p++) {
            int filter = scratch.at() + p * filterPlane;
            int sum = m.at() + p * plane(sides.resultMaps()) + map * panel;
            int factor = v.at() + p * plane(sides.operandMaps());
            for (int j = 0; j < vectors; j += 2) {
                int next = Math.min(j + 1, vectors - 1);
                int c0 = sum + at(j, mBlock);
                int c1 = sum + at(next, mBlock);
                int b0 = factor + at(j, vBlock);
                int b1 = factor + at(next, vBlock);
                int kind = next == j ? 2 : 0;
                for (int k = 0; k < depth; k += PORTION) {
                    products[size][k == 0 ? kind : kind + 1].run(
                            m.array(),
                            c0,
                            c1,
                            panel,
                            u,
                            filter + k,
                            filterRow,
                            v.array(),
                            b0 + k * panel,
                            b1 + k * panel,
                            Math.min(PORTION, depth - k));
                }
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
