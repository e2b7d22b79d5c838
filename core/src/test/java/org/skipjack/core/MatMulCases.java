package org.skipjack.core;

import java.util.ArrayList;
import java.util.stream.Stream;
import org.skipjack.core.OpCases.Recipe;
import org.skipjack.core.op.MatMul;

/** Products of matrices whose three extents run through all sizes, each operand as stored or transposed. */
final class MatMulCases {
    private MatMulCases() {}

    static Stream<Recipe> of(SeededData data) {
        var recipes = new ArrayList<Recipe>();
        for (int i = 0; i < 2 * OpCases.SIZES.size(); i++) {
            int round = i / OpCases.SIZES.size();
            int m = OpCases.size(i);
            int k = OpCases.size(4 * i + 1 + 3 * round);
            int n = OpCases.size(7 * i + 3 + 5 * round);
            for (MatMul op : new MatMul[] {
                new MatMul(false, false), new MatMul(true, false), new MatMul(false, true), new MatMul(true, true)
            }) {
                Tensor a = op.transposeA() ? data.tensor(k, m) : data.tensor(m, k);
                Tensor b = op.transposeB() ? data.parameter("b", n, k) : data.parameter("b", k, n);
                String name = "matmul " + a.shape() + (op.transposeA() ? "T " : " ") + b.shape()
                        + (op.transposeB() ? "T" : "");
                recipes.add(Recipe.of(name, () -> Tensor.record(op, a, b), a, b));
            }
        }
        Tensor wide = data.tensor(16, 400);
        Tensor weight = data.parameter("weight", 120, 400);
        recipes.add(Recipe.of(
                "matmul [16, 400] [120, 400]T",
                () -> Tensor.record(new MatMul(false, true), wide, weight),
                wide,
                weight));
        return recipes.stream();
    }
}
