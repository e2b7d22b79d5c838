package org.skipjack.kernels;

/**
 * How far {@link WinogradLanes} may be from the exact result, derived from the matrices of the transforms for operands that
 * are independent and all of one size.
 *
 * <p>A product {@code U V} of point {@code i} has the variance {@code Σ_t G_it² Σ_j B_ij²}, that of output {@code k} is one
 * for each tap that it has. Relative errors {@code e} of the products reach the output as {@code Σ_i A_ki² var(U V)_i e²}, so
 * their variance is {@code κ = Σ_k Σ_i A_ki² Σ_t G_it² Σ_j B_ij² / Σ_k taps(k)} times larger there, over all outputs
 * {@code k} and inputs {@code j} of tiles that lie in the map; for whole tiles {@code κ} is 4.8 for {@code F(4, 3)}, 6.0 for
 * {@code F(3, 3)}, 19 for {@code F(4, 5)}. In two dimensions the two factors multiply. The same sum, with other letters summed first, is that of the
 * weight gradient {@code Gᵀ [(A dy) ∘ (Bᵀ x)]} and that of the adjoint {@code B [(G g) ∘ (A dy)]}.
 *
 * <p>Each rounding has at most the relative error {@code u = 2⁻²⁴}, as deviation {@code u / √3}. A sum of {@code N} products in
 * order is rounded at each of its partial sums, whose variances grow to its own: {@code N / 2} such errors. A transform to
 * {@code n} points sums at most {@code n} numbers twice; there are one of {@code n} numbers and one of {@code m} on the way in
 * and one of {@code n} on the way out.
 */
final class WinogradErrors {
    private WinogradErrors() {}

    /**
     * Largest relative error to expect of all results together. Errors are up to seven tenths of it: few roundings are the
     * largest that there can be.
     *
     * @param terms number of products that each result sums at a point
     */
    static double tolerance(ConvGeometry g, int terms) {
        return tolerance(g, WinogradTile.of(g), terms);
    }

    /** The same with tiles of a given size. */
    static double tolerance(ConvGeometry g, WinogradTile tile, int terms) {
        double down = amplification(tile, g.height(), g.outH(), g.padH());
        double across = amplification(tile, g.width(), g.outW(), g.padW());
        double roundings = terms / 2.0 + 2 * (2 * tile.side() + tile.size());
        return Math.sqrt(down * across * roundings / 3) * Closeness.U;
    }

    /** {@code κ} of one dimension. */
    private static double amplification(WinogradTile tile, int inputs, int outputs, int pad) {
        int size = tile.size();
        int side = tile.side();
        int stride = tile.stride();
        var m = new WinogradMatrices(size, tile.kernel(), tile.stride());
        double errors = 0;
        double taps = 0;
        for (int first = 0; first < outputs; first += size) {
            int top = first * stride - pad;
            int last = Math.min(size, outputs - first);
            for (int k = 0; k < last; k++) {
                taps += within(top + k * stride, top + k * stride + tile.kernel(), inputs);
                for (int i = 0; i < side; i++) {
                    double v = square(m.input()[i], Math.max(0, -top), Math.min(side, inputs - top));
                    double u = square(m.filter()[i], 0, tile.kernel());
                    errors += u * v * m.output()[k][i] * m.output()[k][i];
                }
            }
        }
        return errors / taps;
    }

    private static int within(int from, int to, int size) {
        return Math.max(0, Math.min(to, size) - Math.max(from, 0));
    }

    private static double square(double[] row, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += row[i] * row[i];
        }
        return sum;
    }
}
