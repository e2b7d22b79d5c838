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

    private record Key(ConvGeometry g, Filters kind, int blocks, int threads) {}

    private final ConvGeometry g;
    private final Filters kind;
    private final WinogradSides sides;
    private final int blocks;
    private final SweepGroups groups;
    private final VectorsProduct pairs;
    private final VectorsProduct ones;

    private WinogradSweep(Key key) {
        this.g = key.g;
        this.kind = key.kind;
        this.blocks = key.blocks;
        this.sides = kind == Filters.FORWARD ? WinogradSides.forward(g) : WinogradSides.adjoint(g);
        this.groups = new SweepGroups(sides.resultMaps(), blocks, key.threads);
        this.pairs = new VectorsProduct(2, sides.operandMaps());
        this.ones = vectors() % 2 == 1 ? new VectorsProduct(1, sides.operandMaps()) : pairs;
    }

    /** Of all blocks' tiles. */
    private int vectors() {
        return blocks * sides.tiles();
    }

    /** The convolution of so many blocks, for so many threads. */
    public static WinogradSweep forward(ConvGeometry g, int blocks, int threads) {
        return KNOWN.computeIfAbsent(new Key(g, Filters.FORWARD, blocks, threads), WinogradSweep::new);
    }

    /** The input gradient of so many blocks, for so many threads. */
    public static WinogradSweep inputGradient(ConvGeometry g, int blocks, int threads) {
        return KNOWN.computeIfAbsent(new Key(g, Filters.TRANSPOSED, blocks, threads), WinogradSweep::new);
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
        return sides.tiles() * sides.points() * plane(sides.operandMaps()) / COUNT;
    }

    /** Numbers of an example's products, what {@link #products} writes. */
    public int products() {
        return sides.tiles() * sides.points() * plane(sides.resultMaps()) / COUNT;
    }

    /** Floats from one point to the next of so many maps: a line more than they are, so that points do not share a set of the cache. */
    static int plane(int maps) {
        return (maps + 1) * COUNT;
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
        return groups.largest() / COUNT * filters() + WinogradLanes.filterScratch(g);
    }

    /** Numbers of a portion of 16 filters, transformed. */
    private int filters() {
        return sides.points() * filterPlane();
    }

    private int filterPlane() {
        return (portion(0) + 1) * COUNT;
    }

    /** Maps of the operand in the portion that begins with map {@code k}. */
    private int portion(int k) {
        return Math.min(VectorsProduct.PORTION, sides.operandMaps() - k);
    }

    /**
     * The factors of a block, {@code [tile, point, map, 16]}.
     *
     * @param v {@code 16 factors()} floats
     * @param operand {@code [channels, height, width, 16]}, or {@code [filters, outH, outW, 16]} of the input gradient
     * @param scratch {@link #blockScratch} floats
     */
    public void factors(Slice v, Slice operand, Slice scratch) {
        int plane = plane(sides.operandMaps());
        int tile = sides.points() * plane;
        float[] s = scratch.array();
        sides.factors(0, sides.tiles(), v.array(), v.at(), COUNT, tile, plane, operand, s, scratch.at());
    }

    /**
     * A task of the products, for all blocks.
     *
     * @param m the products of all blocks, one behind the other
     * @param v their factors
     * @param w the weight
     * @param scratch {@link #scratch} floats
     */
    public void products(int task, Slice m, Slice v, Slice w, Slice scratch) {
        int sixteens = groups.size(task) / COUNT;
        int map = groups.first(task);
        float[] u = scratch.array();
        var rest = new Slice(u, scratch.at() + sixteens * filters());
        // What a portion of the filters is transformed to stays in the second-level cache until it is used.
        for (int k = 0; k < sides.operandMaps(); k += VectorsProduct.PORTION) {
            for (int i = 0; i < sixteens; i++) {
                int to = scratch.at() + i * filters();
                int last = k + portion(k);
                WinogradLanes.filtersInLanes(u, to, filterPlane(), w, kind, g, map + i * COUNT, k, last, rest);
            }
            products(k, sixteens, m.array(), m.at() + map * COUNT, v.array(), v.at() + k * COUNT, u, scratch.at());
        }
    }

    private void products(int k, int sixteens, float[] m, int m0, float[] v, int v0, float[] u, int u0) {
        int mPlane = plane(sides.resultMaps());
        int vPlane = plane(sides.operandMaps());
        int mTile = sides.points() * mPlane;
        int vTile = sides.points() * vPlane;
        for (int p = 0; p < sides.points(); p++) {
            int a = u0 + p * filterPlane();
            int b = v0 + p * vPlane;
            int c = m0 + p * mPlane;
            for (int j = 0; j < vectors(); j += 2) {
                int i = Math.min(j + 1, vectors() - 1);
                VectorsProduct product = i > j ? pairs : ones;
                int c1 = c + i * mTile;
                int b1 = b + i * vTile;
                product.portion(k, sixteens, m, c + j * mTile, c1, u, a, filters(), v, b + j * vTile, b1);
            }
        }
    }

    /**
     * The results of a block.
     *
     * @param result {@code [filters, outH, outW, 16]}, or {@code [channels, height, width, 16]} of the input gradient
     * @param m {@code 16 products()} floats
     * @param bias a number for each map, or {@link Conv2dLanes#NO_BIAS}
     * @param scratch {@link #blockScratch} floats
     */
    public void results(Slice result, Slice m, Slice bias, Slice scratch) {
        int plane = plane(sides.resultMaps());
        int tile = sides.points() * plane;
        float[] s = scratch.array();
        sides.clear(result);
        sides.results(0, sides.tiles(), result, m.array(), m.at(), COUNT, tile, plane, bias, s, scratch.at());
    }
}
