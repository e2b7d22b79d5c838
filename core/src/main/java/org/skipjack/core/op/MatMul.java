package org.skipjack.core.op;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Shape;
import org.skipjack.core.ShapeMismatchException;
import org.skipjack.core.Tensor;

/**
 * Product of two matrices, each optionally transposed: {@code C[i,j] = Σₖ A[i,k] B[k,j]}.
 *
 * @param transposeA whether the first operand is stored as {@code [k, i]}
 * @param transposeB whether the second operand is stored as {@code [j, k]}
 */
public record MatMul(boolean transposeA, boolean transposeB) implements Op {
    @Override
    public String label() {
        return "matmul";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
        Shape a = inputs.get(0);
        Shape b = inputs.get(1);
        if (a.rank() != 2 || b.rank() != 2) {
            throw new ShapeMismatchException(label(), "expects two matrices, got " + a + " and " + b);
        }
        int k = a.dim(transposeA ? 0 : 1);
        int kb = b.dim(transposeB ? 1 : 0);
        if (k != kb) {
            throw new ShapeMismatchException(
                    label(),
                    "inner dimensions differ: " + a + (transposeA ? "ᵀ" : "") + " has " + k + ", " + b
                            + (transposeB ? "ᵀ" : "") + " has " + kb);
        }
        return Shape.of(a.dim(transposeA ? 1 : 0), b.dim(transposeB ? 0 : 1));
    }

    @Override
    public List<@Nullable Tensor> gradient(Tensor output, Tensor upstream) {
        Tensor a = output.inputs().get(0);
        Tensor b = output.inputs().get(1);
        Tensor da = transposeA
                ? Tensor.record(new MatMul(transposeB, true), b, upstream)
                : Tensor.record(new MatMul(false, !transposeB), upstream, b);
        Tensor db = transposeB
                ? Tensor.record(new MatMul(true, transposeA), upstream, a)
                : Tensor.record(new MatMul(!transposeA, false), a, upstream);
        return List.of(da, db);
    }

    @Override
    public double[] define(List<Operand> inputs, Shape shape) {
        var a = inputs.get(0);
        var b = inputs.get(1);
        int m = shape.dim(0);
        int n = shape.dim(1);
        int k = a.shape().dim(transposeA ? 0 : 1);
        var c = new double[m * n];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                double sum = 0;
                for (int p = 0; p < k; p++) {
                    sum += a.data()[transposeA ? p * m + i : i * k + p] * b.data()[transposeB ? j * k + p : p * n + j];
                }
                c[i * n + j] = sum;
            }
        }
        return c;
    }
}
