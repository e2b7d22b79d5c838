package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

import java.util.Arrays;

/**
 * The two ends of a pass of {@link WinogradLanes}: from maps in lanes to the factors of the products, and from the products to maps.
 *
 * @param operandMaps maps that are read
 * @param resultMaps maps that are written
 * @param points products for each tile and pair of maps
 * @param tiles tiles of a map
 * @param operandMap floats of a map that is read
 * @param cleared floats of a block's result that are to be zero before tiles are added to it
 */
record WinogradSides(
        int operandMaps,
        int resultMaps,
        int points,
        int tiles,
        int operandMap,
        int cleared,
        WinogradTiles operands,
        WinogradResults results) {
    /** {@code y = Aᵀ [U (Bᵀ x B)] A}, plus a bias. */
    static WinogradSides forward(ConvGeometry g) {
        WinogradTile tile = WinogradTile.of(g);
        WinogradGrid outputs = WinogradGrid.output(g, tile);
        return new WinogradSides(
                g.channels(),
                g.filters(),
                tile.points(),
                outputs.tiles(),
                g.height() * g.width() * COUNT,
                0,
                new WinogradTiles(WinogradGrid.input(g, tile), tile.input(), COUNT),
                new WinogradResults(outputs, tile.output(), false));
    }

    /** {@code dx = Σ B [Uᵀ (A dy Aᵀ)] Bᵀ} over the tiles, each added where its input lies. */
    static WinogradSides adjoint(ConvGeometry g) {
        WinogradTile tile = WinogradTile.of(g);
        WinogradGrid outputs = WinogradGrid.output(g, tile);
        return new WinogradSides(
                g.filters(),
                g.channels(),
                tile.points(),
                outputs.tiles(),
                g.outH() * g.outW() * COUNT,
                g.channels() * g.height() * g.width() * COUNT,
                new WinogradTiles(outputs, tile.gradient(), COUNT),
                new WinogradResults(WinogradGrid.input(g, tile), tile.inputGradient(), true));
    }

    /** Floats of scratch of {@link #factors} and {@link #results}. */
    int scratch() {
        return Math.max(WinogradLanes.PANEL * operands.scratch(), results.scratch());
    }

    /** Puts zeros where {@link #results} are going to be added. */
    void clear(Slice maps) {
        Arrays.fill(maps.array(), maps.at(), maps.at() + cleared, 0f);
    }

    /**
     * The factors of {@code count} tiles.
     *
     * @param to where they begin, maps {@code mapStep}, tiles {@code tileStep} and points {@code plane} apart
     */
    void factors(
            int first,
            int count,
            float[] factors,
            int to,
            int mapStep,
            int tileStep,
            int plane,
            Slice maps,
            float[] scratch,
            int s0) {
        operands.run(
                first,
                count,
                operandMaps,
                factors,
                to,
                mapStep,
                tileStep,
                plane,
                maps.array(),
                maps.at(),
                operandMap,
                scratch,
                s0);
    }

    /**
     * The maps of {@code count} tiles.
     *
     * @param products from {@code p0}, maps {@code mapStep}, tiles {@code tileStep} and points {@code plane} apart
     * @param bias a number for each map, or none
     */
    void results(
            int first,
            int count,
            Slice maps,
            float[] products,
            int p0,
            int mapStep,
            int tileStep,
            int plane,
            Slice bias,
            float[] scratch,
            int s0) {
        results.run(first, count, resultMaps, maps, products, p0, mapStep, tileStep, plane, bias, scratch, s0);
    }
}
