package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The code of one product of a batch with a matrix: up to 12 rows of the result stay in registers over the whole depth. */
final class MatMulTiles {
    /** Vectors of a tile, so that a number of the matrix meets two if one is not all of a block. */
    static final int VECTORS = Species.LENGTH == COUNT ? 1 : 2;

    private static final int LARGEST = VECTORS == 1 ? 12 : ProductTile.rows(VECTORS);

    private static final MethodType PARAMETERS = MethodType.methodType(
            void.class,
            float[].class,
            int.class,
            float[].class,
            int.class,
            float[].class,
            int.class,
            float[].class,
            int.class);

    /** Some rows of the result. */
    interface Tile {
        /**
         * Computes them.
         *
         * @param y the tile's first row of the result at {@code y0}
         * @param w the tile's first row of the matrix at {@code w0}
         * @param bias the tile's first row's at {@code b0}; not read if there is none
         */
        void run(float[] y, int y0, float[] x, int x0, float[] w, int w0, float[] bias, int b0);
    }

    /**
     * A tile with its place.
     *
     * @param row first row
     */
    record Placed(int row, Tile tile) {}

    private MatMulTiles() {}

    static List<Placed> of(MatMulGeometry g, boolean biased) {
        Map<Integer, Tile> known = new HashMap<>();
        var placed = new ArrayList<Placed>();
        int row = 0;
        for (int rows : ConvTiles.portions(g.rows(), LARGEST)) {
            Tile tile = known.computeIfAbsent(
                    rows,
                    n -> VectorCode.instance(
                            n + " rows of " + g, Tile.class, PARAMETERS, code -> write(code, g, biased, n)));
            placed.add(new Placed(row, tile));
            row += rows;
        }
        return placed;
    }

    /** Parameters by slot: y 1, y0 2, x 3, x0 4, w 5, w0 6, bias 7, b0 8. */
    private static void write(VectorCode code, MatMulGeometry g, boolean biased, int rows) {
        var tile = new ProductTile(code, rows, VECTORS, r -> biased ? code.broadcast(7, 8, r) : code.zero());
        code.repeat(g.depth(), k -> {
            int x = code.strided(4, k, COUNT);
            int w = code.strided(6, k, g.depthStride());
            tile.add(v -> code.load(3, x, v * Species.LENGTH), r -> code.broadcast(5, w, r * g.rowStride()));
        });
        for (int r = 0; r < rows; r++) {
            for (int v = 0; v < VECTORS; v++) {
                tile.store(r, v, false, 1, 2, r * COUNT + v * Species.LENGTH);
            }
        }
    }
}
