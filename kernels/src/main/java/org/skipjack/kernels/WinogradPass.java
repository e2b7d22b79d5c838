package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

import java.util.List;

/** A pass of {@link WinogradLanes} over one block, panel by panel of tiles. */
final class WinogradPass {
    private final WinogradSides sides;
    private final List<Integer> panels;
    private final PanelProduct[] products;
    private final int operandPlane;
    private final int resultPlane;

    WinogradPass(WinogradSides sides) {
        this.sides = sides;
        this.panels = ConvTiles.portions(sides.tiles(), WinogradLanes.PANEL);
        this.products = PanelProduct.byVectors(
                panels,
                n -> new PanelProduct(
                        n * COUNT, sides.resultMaps(), sides.operandMaps(), sides.operandMaps(), n * COUNT, false));
        // Planes a line further than a power of two, so that the points of a tile do not share a set of the cache.
        // No gaps behind smaller panels, which would leave sets unused: 5 % of the time for 12x12, panels of 3 tiles.
        int most = panels.getFirst();
        this.operandPlane = (most * sides.operandMaps() + 1) * COUNT;
        this.resultPlane = (most * sides.resultMaps() + 1) * COUNT;
    }

    int scratch() {
        return sides.points() * (operandPlane + resultPlane) + sides.scratch();
    }

    /**
     * Computes it.
     *
     * @param u the transformed filters {@code [point, map of the result, map of the operand]}, points {@link WinogradLanes#filterPlane} apart
     * @param bias a number for each map of the result, or none
     */
    void run(Slice result, Slice operand, Slice u, Slice bias, Slice scratch) {
        float[] s = scratch.array();
        int factors = scratch.at();
        int sums = factors + sides.points() * operandPlane;
        int square = sums + sides.points() * resultPlane;
        int weights = WinogradLanes.filterPlane(sides.resultMaps(), sides.operandMaps());
        sides.clear(result);
        int first = 0;
        for (int tiles : panels) {
            sides.factors(first, tiles, s, factors, tiles * COUNT, COUNT, operandPlane, operand, s, square);
            for (int p = 0; p < sides.points(); p++) {
                int a = u.at() + p * weights;
                products[tiles].run(s, sums + p * resultPlane, u.array(), a, s, factors + p * operandPlane);
            }
            sides.results(first, tiles, result, s, sums, tiles * COUNT, COUNT, resultPlane, bias, s, square);
            first += tiles;
        }
    }
}
