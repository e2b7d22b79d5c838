package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** SIMD twin of {@link MatMulLanesScalar}: matrix entries are broadcast, 16 examples fill the vectors. */
final class MatMulLanesSimd {
    private static final Map<MatMulGeometry, List<MatMulTiles.Placed>> PLAIN = new ConcurrentHashMap<>();
    private static final Map<MatMulGeometry, List<MatMulTiles.Placed>> BIASED = new ConcurrentHashMap<>();

    private MatMulLanesSimd() {}

    static void prepare(MatMulGeometry g, boolean biased) {
        if (biased) {
            BIASED.computeIfAbsent(g, k -> MatMulTiles.of(k, true));
        } else {
            PLAIN.computeIfAbsent(g, k -> MatMulTiles.of(k, false));
        }
    }

    static void forward(
            float[] y,
            int yOff,
            float[] x,
            int xOff,
            float[] w,
            int wOff,
            float[] bias,
            int biasOff,
            MatMulGeometry g) {
        // Two lambdas that capture nothing: one that did would be a new object at each call.
        var tiles = bias.length > 0
                ? BIASED.computeIfAbsent(g, k -> MatMulTiles.of(k, true))
                : PLAIN.computeIfAbsent(g, k -> MatMulTiles.of(k, false));
        for (int i = 0; i < tiles.size(); i++) {
            var placed = tiles.get(i);
            int row = placed.row();
            for (int l = 0; l < COUNT; l += MatMulTiles.VECTORS * Species.LENGTH) {
                placed.tile()
                        .run(
                                y,
                                yOff + row * COUNT + l,
                                x,
                                xOff + l,
                                w,
                                wOff + row * g.rowStride(),
                                bias,
                                biasOff + row);
            }
        }
    }
}
