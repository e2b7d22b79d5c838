package org.skipjack.kernels;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Code for one size of Winograd tile: its five transforms, made once.
 *
 * @param size outputs in a row of the tile
 * @param kernel taps in a row of the kernel
 * @param stride distance between outputs in the input
 * @param input {@code Bᵀ d B}, from a square of input to products' factors
 * @param filter {@code G g Gᵀ}
 * @param output {@code Aᵀ M A}, from products to a square of output, plus a bias
 * @param gradient {@code A dy Aᵀ}, from a square of output gradient to that of the products
 * @param filterGradient {@code Gᵀ dU G}
 */
record WinogradTile(
        int size,
        int kernel,
        int stride,
        WinogradTransform input,
        WinogradTransform filter,
        WinogradTransform output,
        WinogradTransform gradient,
        WinogradTransform filterGradient) {
    /** The size of all tiles, to measure what the choice between them brings. */
    private static final @Nullable Integer GIVEN_SIZE = Integer.getInteger("skipjack.winogradTile");

    /** Products that take as long as a number takes to come from memory: at 48 GB/s and 560 GFLOP/s. */
    static final int READING = 23;

    private static WinogradTile make(int size, int kernel, int stride) {
        var m = new WinogradMatrices(size, kernel, stride);
        return new WinogradTile(
                size,
                kernel,
                stride,
                new WinogradTransform(m.input()),
                new WinogradTransform(m.filter()),
                new WinogradTransform(m.output(), true),
                new WinogradTransform(WinogradMatrices.transposed(m.output())),
                new WinogradTransform(WinogradMatrices.transposed(m.filter())));
    }

    private static final class Four {
        static final WinogradTile TILE = make(4, 3, 1);
    }

    private static final class Two {
        static final WinogradTile TILE = make(2, 3, 1);
    }

    private static final class Three {
        static final WinogradTile TILE = make(3, 3, 1);
    }

    private static final class FourOfFiveTaps {
        static final WinogradTile TILE = make(4, 5, 1);
    }

    private static final class ThreeByTwos {
        static final WinogradTile TILE = make(3, 3, 2);
    }

    /**
     * The tile for a convolution. For kernels of 3x3: of 3 where that covers the output with fewer products, as on maps of 3, 5,
     * 6 or 9, else of 4; or what the property {@code skipjack.winogradTile} says; with a stride of 2: of 3. For kernels of 5x5: of 4.
     */
    static WinogradTile of(ConvGeometry g) {
        if (g.kernelH() == 5) {
            return FourOfFiveTaps.TILE;
        }
        if (g.strideH() == 2) {
            return ThreeByTwos.TILE;
        }
        if (GIVEN_SIZE != null) {
            return ofSize(GIVEN_SIZE);
        }
        int height = g.outH();
        int width = g.outW();
        return products(3, height, width) < products(4, height, width) ? Three.TILE : Four.TILE;
    }

    /** The tile for a map of a single example, where filters are read for a few tiles only: that of least {@link #cost}. */
    static WinogradTile ofExample(int height, int width) {
        if (GIVEN_SIZE != null) {
            return ofSize(GIVEN_SIZE);
        }
        WinogradTile best = Four.TILE;
        for (WinogradTile tile : List.of(Three.TILE, Two.TILE)) {
            best = tile.cost(height, width) < best.cost(height, width) ? tile : best;
        }
        return best;
    }

    /** The tile of one size for kernels of 3x3: 2, 3 or 4. */
    static WinogradTile ofSize(int size) {
        return switch (size) {
            case 2 -> Two.TILE;
            case 3 -> Three.TILE;
            default -> Four.TILE;
        };
    }

    /**
     * The time for each channel and filter of a single example in products: those that are computed, and {@link #READING} for
     * each number of the transformed filters.
     */
    long cost(int height, int width) {
        return points() * ((long) Math.ceilDiv(height, size) * Math.ceilDiv(width, size) + READING);
    }

    private static long products(int size, int height, int width) {
        return (long) Math.ceilDiv(height, size) * Math.ceilDiv(width, size) * (size + 2) * (size + 2);
    }

    /**
     * {@code B dV Bᵀ}, from products to a square of input gradient, the adjoint of {@link #input}. Made when it is asked for, since few
     * convolutions need it.
     */
    WinogradTransform inputGradient() {
        return new WinogradTransform(WinogradMatrices.transposed(new WinogradMatrices(size, kernel, stride).input()));
    }

    /** Side of the square of products, and of the square of input that a tile sees. */
    int side() {
        return stride * (size - 1) + kernel;
    }

    /** Products for each channel, filter and tile. */
    int points() {
        return side() * side();
    }
}
