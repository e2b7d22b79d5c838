package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * 3x3 convolution with stride 1 of one block of {@link Lanes} by Winograd's minimal filtering: the output map is cut into
 * tiles of 4x4 (3x3 where that fits better), and each needs 36 (25) products a channel and filter instead of 144 (81).
 * {@code y = Aᵀ [(G w Gᵀ) ∘ (Bᵀ x B)] A} for each tile, the product summed over the channels (Lavin and Gray, 2016). Rounding
 * errors are about three times those of the direct sum.
 *
 * <p>The transformed filters {@code U [points, filters, channels]} are made once for all blocks. The input gradient is the
 * forward convolution of the output gradient with turned {@link #filters} and {@link #turned} geometry.
 */
public final class WinogradLanes {
    /** Tiles in a panel: with 16 lanes, 64 columns. */
    static final int PANEL = 4;

    static final int KERNEL = 3;
    static final int TAPS = KERNEL * KERNEL;

    private static final Map<ConvGeometry, WinogradForward> FORWARD = new ConcurrentHashMap<>();
    private static final Map<ConvGeometry, WinogradGradient> GRADIENTS = new ConcurrentHashMap<>();

    private WinogradLanes() {}

    /** Whether a convolution can be computed so: 3x3, stride 1, no dilation, at most 2 of padding, channels in sixteens. */
    public static boolean fits(ConvGeometry g) {
        return g.kernelH() == KERNEL
                && g.kernelW() == KERNEL
                && g.strideH() == 1
                && g.strideW() == 1
                && g.dilationH() == 1
                && g.dilationW() == 1
                && g.padH() < KERNEL
                && g.padW() < KERNEL
                && g.channels() % COUNT == 0
                && g.filters() % COUNT == 0;
    }

    /** The geometry whose forward convolution is the input gradient of {@code g}. */
    public static ConvGeometry turned(ConvGeometry g) {
        return new ConvGeometry(
                /* channels= */ g.filters(),
                g.outH(),
                g.outW(),
                /* filters= */ g.channels(),
                KERNEL,
                KERNEL,
                1,
                1,
                KERNEL - 1 - g.padH(),
                KERNEL - 1 - g.padW(),
                1,
                1);
    }

    private static WinogradTile tile(ConvGeometry g) {
        return WinogradTile.of(g.outH(), g.outW());
    }

    /** Number of products for each tile, channel and filter. */
    public static int points(ConvGeometry g) {
        return tile(g).points();
    }

    /** Floating-point operations in the products of one block, a multiply-add as two. */
    public static long flops(ConvGeometry g) {
        long tiles = WinogradGrid.output(g, tile(g)).tiles();
        return 2L * COUNT * points(g) * g.channels() * g.filters() * tiles;
    }

    /** Floats of scratch that {@link #filters} needs. */
    public static int filterScratch(ConvGeometry g) {
        return (TAPS + points(g)) * COUNT;
    }

    /**
     * Some rows of the transformed filters: {@code u[p, o, c]} for the filters {@code o} from {@code first} to {@code last}.
     *
     * @param u {@code [points, filters, channels]}
     * @param w {@code [filters, channels, 3, 3]}
     * @param turned to take {@code w [channels, filters, 3, 3]} instead, with the taps of each filter turned by half a turn
     * @param scratch {@link #filterScratch} floats
     */
    public static void filters(Slice u, Slice w, boolean turned, ConvGeometry g, int first, int last, Slice scratch) {
        WinogradTile tile = tile(g);
        int plane = g.filters() * g.channels();
        float[] s = scratch.array();
        int at = scratch.at();
        for (int o = first; o < last; o++) {
            for (int c = 0; c < g.channels(); c += COUNT) {
                for (int l = 0; l < COUNT; l++) {
                    int pair = turned ? (c + l) * g.filters() + o : o * g.channels() + c + l;
                    int from = w.at() + pair * TAPS;
                    for (int t = 0; t < TAPS; t++) {
                        s[at + t * COUNT + l] = w.array()[from + (turned ? TAPS - 1 - t : t)];
                    }
                }
                int to = u.at() + o * g.channels() + c;
                int between = at + TAPS * COUNT;
                tile.filter()
                        .run(u.array(), to, tile.side() * plane, plane, s, at, KERNEL * COUNT, COUNT, s, between, 0f);
            }
        }
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

    private static WinogradForward forward(ConvGeometry g) {
        return FORWARD.computeIfAbsent(g, WinogradForward::new);
    }

    /** Floats of scratch that {@link #weightGradient} needs. */
    public static int gradientScratch(ConvGeometry g) {
        return gradient(g).scratch();
    }

    /**
     * The weight gradient of one block: {@code dw = Gᵀ [(A dy Aᵀ) ∘ (Bᵀ x B)] G}, the product summed over tiles and lanes.
     * Lanes without an example must hold zeros in {@code dy} and finite numbers in {@code x}.
     *
     * @param dw {@code [filters, channels, 3, 3]}
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
