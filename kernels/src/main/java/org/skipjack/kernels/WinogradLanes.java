package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * 3x3 or 5x5 convolution of one block of {@link Lanes} by Winograd's minimal filtering: the output map is cut
 * into tiles of 4x4 (3x3 where that fits a kernel of 3x3 better), and each needs 36 (25) products a channel and filter instead
 * of 144 (81), 64 instead of 400 with a kernel of 5x5, 49 instead of 81 with a stride of 2. {@code y = Aᵀ [(G w Gᵀ) ∘ (Bᵀ x B)] A}
 * for each tile, the product summed over the channels (Lavin and Gray, 2016). Rounding errors are about three times those of the
 * direct sum, twelve times with a kernel of 5x5.
 *
 * <p>The transformed filters {@code U [points, filters, channels]} are made once for all blocks. The input gradient of a kernel
 * of 3x3 with stride 1 is the forward convolution of the output gradient with {@link Filters#TURNED} filters and {@link #turned} geometry,
 * that of others {@link #inputGradient}.
 */
public final class WinogradLanes {
    /** Tiles in a panel: with 16 lanes, 64 columns. */
    static final int PANEL = 4;

    /** Filters of what is made from a weight {@code [out, in, kernel, kernel]}. */
    public enum Filters {
        /** {@code U [points, out, in]}: of the convolution. */
        FORWARD,
        /** {@code U [points, in, out]} with the taps of each filter turned by half a turn: of the input gradient as a convolution. */
        TURNED,
        /** {@code U [points, in, out]}: of the input gradient as the adjoint of the convolution. */
        TRANSPOSED
    }

    private static final Map<ConvGeometry, WinogradPass> FORWARD = new ConcurrentHashMap<>();
    private static final Map<ConvGeometry, WinogradGradient> GRADIENTS = new ConcurrentHashMap<>();
    private static final Map<ConvGeometry, WinogradPass> ADJOINTS = new ConcurrentHashMap<>();

    private WinogradLanes() {}

    /**
     * Whether a convolution can be computed so: no dilation, less padding than kernel; a kernel of 3x3 with stride 1 or 2 and
     * channels and filters in sixteens, or of 5x5 with stride 1 and channels or filters in sixteens.
     */
    public static boolean fits(ConvGeometry g) {
        boolean channels = g.channels() % COUNT == 0;
        boolean filters = g.filters() % COUNT == 0;
        int kernel = g.kernelH();
        return g.kernelW() == kernel
                && (kernel == 3 ? channels && filters : kernel == 5 && (channels || filters))
                && g.strideH() == g.strideW()
                && (g.strideH() == 1 || (kernel == 3 && g.strideH() == 2))
                && g.dilationH() == 1
                && g.dilationW() == 1
                && g.padH() < kernel
                && g.padW() < kernel;
    }

    /** The geometry whose forward convolution is the input gradient of {@code g}. */
    public static ConvGeometry turned(ConvGeometry g) {
        return new ConvGeometry(
                /* channels= */ g.filters(),
                g.outH(),
                g.outW(),
                /* filters= */ g.channels(),
                g.kernelH(),
                g.kernelW(),
                1,
                1,
                g.kernelH() - 1 - g.padH(),
                g.kernelW() - 1 - g.padW(),
                1,
                1);
    }

    /** Number of products for each tile, channel and filter. */
    public static int points(ConvGeometry g) {
        return WinogradTile.of(g).points();
    }

    /**
     * Floats from one point of the transformed filters to the next: a line more than they are, so that the points of a filter do not
     * share a set of the cache.
     */
    public static int filterPlane(ConvGeometry g) {
        return filterPlane(g.filters(), g.channels());
    }

    static int filterPlane(int rows, int columns) {
        return rows * columns + COUNT;
    }

    /** Number of products in relation to those of the direct sums, padding counted. */
    public static double share(ConvGeometry g) {
        long direct = 2L * COUNT * g.filters() * g.outH() * g.outW() * g.taps();
        return (double) flops(g) / direct;
    }

    /** Floating-point operations in the products of one block, a multiply-add as two. */
    public static long flops(ConvGeometry g) {
        long tiles = WinogradGrid.output(g, WinogradTile.of(g)).tiles();
        return 2L * COUNT * points(g) * g.channels() * g.filters() * tiles;
    }

    /** Floats of scratch that {@link #filters} needs. */
    public static int filterScratch(ConvGeometry g) {
        return (Lanes.pad(g.kernelH() * g.kernelW()) + 2 * points(g)) * COUNT;
    }

    /**
     * Some rows of the transformed filters {@code u [points, rows, columns]}, points {@link #filterPlane} apart.
     *
     * @param u {@code [points, filters, channels]} of {@code g}, or {@code [points, channels, filters]} if transposed
     * @param w the weight
     * @param kind which filters, and so which way the weight lies
     * @param g the convolution that they serve, {@link #turned} if they are
     * @param scratch {@link #filterScratch} floats
     */
    public static void filters(Slice u, Slice w, Filters kind, ConvGeometry g, int first, int last, Slice scratch) {
        WinogradTile tile = WinogradTile.of(g);
        boolean across = kind != Filters.FORWARD;
        int rows = kind == Filters.TRANSPOSED ? g.channels() : g.filters();
        int columns = kind == Filters.TRANSPOSED ? g.filters() : g.channels();
        int taps = g.kernelH() * g.kernelW();
        int plane = filterPlane(g);
        float[] s = scratch.array();
        int at = scratch.at();
        int result = at + Lanes.pad(taps) * COUNT;
        int between = result + tile.points() * COUNT;
        int row = kind == Filters.TURNED ? -tile.kernel() * COUNT : tile.kernel() * COUNT;
        int column = kind == Filters.TURNED ? -COUNT : COUNT;
        int tap = kind == Filters.TURNED ? at + (taps - 1) * COUNT : at;
        for (int j = 0; j < columns; j += COUNT) {
            int lanes = Math.min(COUNT, columns - j);
            for (int i = first; i < last; i++) {
                int from = w.at() + (across ? j * rows + i : i * columns + j) * taps;
                taps(s, at, w.array(), from, (across ? rows : 1) * taps, taps, lanes);
                int to = u.at() + i * columns + j;
                if (lanes == COUNT) {
                    tile.filter().run(u.array(), to, tile.side() * plane, plane, s, tap, row, column, s, between, 0f);
                    continue;
                }
                tile.filter().run(s, result, tile.side() * COUNT, COUNT, s, tap, row, column, s, between, 0f);
                for (int p = 0; p < tile.points(); p++) {
                    System.arraycopy(s, result + p * COUNT, u.array(), to + p * plane, lanes);
                }
            }
        }
    }

    /**
     * The same with 16 maps of the result in the vectors: {@code [map of the operand, 16]} for each point, in the order in which products
     * take them.
     *
     * @param u from {@code u0}, points {@code plane} apart
     * @param kind {@link Filters#FORWARD} or {@link Filters#TRANSPOSED}
     * @param map the first of the 16 maps
     * @param first the first map of the operand, and {@code last} the one behind the last
     */
    static void filtersInLanes(
            float[] u,
            int u0,
            int plane,
            Slice w,
            Filters kind,
            ConvGeometry g,
            int map,
            int first,
            int last,
            Slice scratch) {
        WinogradTile tile = WinogradTile.of(g);
        boolean forward = kind == Filters.FORWARD;
        int taps = g.taps() / g.channels();
        int filter = g.channels() * taps;
        float[] s = scratch.array();
        int at = scratch.at();
        int between = at + Lanes.pad(taps) * COUNT;
        for (int i = first; i < last; i++) {
            int from = w.at() + (forward ? map * filter + i * taps : i * filter + map * taps);
            taps(s, at, w.array(), from, forward ? filter : taps, taps, COUNT);
            int to = u0 + (i - first) * COUNT;
            tile.filter().run(u, to, tile.side() * plane, plane, s, at, tile.kernel() * COUNT, COUNT, s, between, 0f);
        }
    }

    /** Turns the taps of up to 16 filters, {@code step} apart, to {@code [tap, filter]}. */
    private static void taps(float[] s, int at, float[] w, int from, int step, int taps, int filters) {
        int turned = filters == COUNT ? inVectors(w.length - from - (COUNT - 1) * step, taps) : 0;
        if (turned > 0) {
            LayoutLanesSimd.transpose(s, at, COUNT, w, from, step, COUNT, turned);
        }
        for (int l = 0; l < filters; l++) {
            for (int t = turned; t < taps; t++) {
                s[at + t * COUNT + l] = w[from + l * step + t];
            }
        }
    }

    /** Taps that are turned in whole vectors, of which the last may reach beyond them if so many floats are there: in one of 16. */
    private static int inVectors(int floats, int taps) {
        if (!Simd.AVAILABLE) {
            return 0;
        }
        boolean one = Species.LENGTH == COUNT && taps <= COUNT && floats >= COUNT;
        return one ? COUNT : taps / Species.LENGTH * Species.LENGTH;
    }

    /** Floats of scratch that {@link #forward} needs. */
    public static int forwardScratch(ConvGeometry g) {
        return forward(g).scratch();
    }

    /**
     * The convolution.
     *
     * @param y {@code [filters, outH, outW, 16]}
     * @param x {@code [channels, height, width, 16]}
     * @param u the transformed filters
     * @param bias {@code [filters]}, or {@link Conv2dLanes#NO_BIAS}
     * @param scratch {@link #forwardScratch} floats
     */
    public static void forward(Slice y, Slice x, Slice u, Slice bias, ConvGeometry g, Slice scratch) {
        forward(g).run(y, x, u, bias, scratch);
    }

    private static WinogradPass forward(ConvGeometry g) {
        return FORWARD.computeIfAbsent(g, k -> new WinogradPass(WinogradSides.forward(k)));
    }

    /** The filters from which an input gradient is computed: {@link Filters#TURNED} or {@link Filters#TRANSPOSED}. */
    public static Filters inputGradientFilters(ConvGeometry g) {
        return g.kernelH() == 3 && g.strideH() == 1 ? Filters.TURNED : Filters.TRANSPOSED;
    }

    /** Floats of scratch that {@link #inputGradient} needs. */
    public static int inputGradientScratch(ConvGeometry g) {
        return adjoint(g).scratch();
    }

    /**
     * The input gradient of one block, the adjoint of the convolution: {@code dx = Σ B [Uᵀ (A dy Aᵀ)] Bᵀ} over the tiles, each
     * where its input lies.
     *
     * @param dx {@code [channels, height, width, 16]}
     * @param dy {@code [filters, outH, outW, 16]}
     * @param u the transformed filters, {@link Filters#TRANSPOSED}
     * @param scratch {@link #inputGradientScratch} floats
     */
    public static void inputGradient(Slice dx, Slice dy, Slice u, ConvGeometry g, Slice scratch) {
        adjoint(g).run(dx, dy, u, new Slice(Conv2dLanes.NO_BIAS, 0), scratch);
    }

    private static WinogradPass adjoint(ConvGeometry g) {
        return ADJOINTS.computeIfAbsent(g, k -> new WinogradPass(WinogradSides.adjoint(k)));
    }

    /** Floats of scratch that {@link #weightGradient} needs. */
    public static int gradientScratch(ConvGeometry g) {
        return gradient(g).scratch();
    }

    /**
     * The weight gradient of one block: {@code dw = Gᵀ [(A dy Aᵀ) ∘ (Bᵀ x B)] G}, the product summed over tiles and lanes.
     * Lanes without an example must hold zeros in {@code dy} and finite numbers in {@code x}.
     *
     * @param dw {@code [filters, channels, kernel, kernel]}
     * @param dy {@code [filters, outH, outW, 16]}
     * @param x {@code [channels, height, width, 16]}
     * @param scratch {@link #gradientScratch} floats
     */
    public static void weightGradient(Slice dw, Slice dy, Slice x, ConvGeometry g, Slice scratch) {
        gradient(g).run(dw, dy, x, scratch);
    }

    private static WinogradGradient gradient(ConvGeometry g) {
        return GRADIENTS.computeIfAbsent(g, WinogradGradient::new);
    }
}
