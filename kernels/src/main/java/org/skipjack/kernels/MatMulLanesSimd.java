package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;
import static org.skipjack.kernels.Species.F;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import jdk.incubator.vector.FloatVector;

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
            for (int l = 0; l < COUNT; l += Species.LENGTH) {
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

    static void weightGradient(
            float[] dw,
            int dwOff,
            float[] dy,
            int dyOff,
            int dyBlock,
            float[] x,
            int xOff,
            int xBlock,
            int firstRow,
            int lastRow,
            int depth,
            int blocks,
            float[] sums,
            int sumsOff) {
        for (int r = firstRow; r < lastRow; r += 4) {
            int rows = Math.min(4, lastRow - r);
            for (int k = 0; k < depth; k += 4) {
                int columns = Math.min(4, depth - k);
                for (int l = 0; l < COUNT; l += Species.LENGTH) {
                    gradient4x4(
                            sums,
                            sumsOff + l,
                            dy,
                            dyOff + r * COUNT + l,
                            Math.min(1, rows - 1) * COUNT,
                            Math.min(2, rows - 1) * COUNT,
                            Math.min(3, rows - 1) * COUNT,
                            dyBlock,
                            x,
                            xOff + k * COUNT + l,
                            Math.min(1, columns - 1) * COUNT,
                            Math.min(2, columns - 1) * COUNT,
                            Math.min(3, columns - 1) * COUNT,
                            xBlock,
                            blocks);
                }
                LaneSums.rows16(sums, sumsOff, sums, sumsOff);
                for (int i = 0; i < rows; i++) {
                    for (int j = 0; j < columns; j++) {
                        dw[dwOff + (r + i) * depth + k + j] = sums[sumsOff + i * 4 + j];
                    }
                }
            }
        }
    }

    /** 4 rows by 4 columns, summed over the blocks of the batch. */
    private static void gradient4x4(
            float[] sums,
            int s0,
            float[] dy,
            int dy0,
            int d1,
            int d2,
            int d3,
            int dyBlock,
            float[] x,
            int x0,
            int t1,
            int t2,
            int t3,
            int xBlock,
            int blocks) {
        FloatVector a00 = FloatVector.zero(F), a01 = a00, a02 = a00, a03 = a00;
        FloatVector a10 = FloatVector.zero(F), a11 = a10, a12 = a10, a13 = a10;
        FloatVector a20 = FloatVector.zero(F), a21 = a20, a22 = a20, a23 = a20;
        FloatVector a30 = FloatVector.zero(F), a31 = a30, a32 = a30, a33 = a30;
        int g = dy0;
        int xi = x0;
        for (int b = 0; b < blocks; b++) {
            FloatVector g0 = FloatVector.fromArray(F, dy, g);
            FloatVector g1 = FloatVector.fromArray(F, dy, g + d1);
            FloatVector g2 = FloatVector.fromArray(F, dy, g + d2);
            FloatVector g3 = FloatVector.fromArray(F, dy, g + d3);
            FloatVector v0 = FloatVector.fromArray(F, x, xi);
            a00 = g0.fma(v0, a00);
            a10 = g1.fma(v0, a10);
            a20 = g2.fma(v0, a20);
            a30 = g3.fma(v0, a30);
            FloatVector v1 = FloatVector.fromArray(F, x, xi + t1);
            a01 = g0.fma(v1, a01);
            a11 = g1.fma(v1, a11);
            a21 = g2.fma(v1, a21);
            a31 = g3.fma(v1, a31);
            FloatVector v2 = FloatVector.fromArray(F, x, xi + t2);
            a02 = g0.fma(v2, a02);
            a12 = g1.fma(v2, a12);
            a22 = g2.fma(v2, a22);
            a32 = g3.fma(v2, a32);
            FloatVector v3 = FloatVector.fromArray(F, x, xi + t3);
            a03 = g0.fma(v3, a03);
            a13 = g1.fma(v3, a13);
            a23 = g2.fma(v3, a23);
            a33 = g3.fma(v3, a33);
            g += dyBlock;
            xi += xBlock;
        }
        a00.intoArray(sums, s0);
        a01.intoArray(sums, s0 + 16);
        a02.intoArray(sums, s0 + 32);
        a03.intoArray(sums, s0 + 48);
        a10.intoArray(sums, s0 + 64);
        a11.intoArray(sums, s0 + 80);
        a12.intoArray(sums, s0 + 96);
        a13.intoArray(sums, s0 + 112);
        a20.intoArray(sums, s0 + 128);
        a21.intoArray(sums, s0 + 144);
        a22.intoArray(sums, s0 + 160);
        a23.intoArray(sums, s0 + 176);
        a30.intoArray(sums, s0 + 192);
        a31.intoArray(sums, s0 + 208);
        a32.intoArray(sums, s0 + 224);
        a33.intoArray(sums, s0 + 240);
    }
}
