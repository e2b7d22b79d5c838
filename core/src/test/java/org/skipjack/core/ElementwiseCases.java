package org.skipjack.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.skipjack.core.OpCases.Recipe;
import org.skipjack.core.op.BinaryOp;
import org.skipjack.core.op.UnaryOp;

/** Functions of one and two operands, with and without broadcasting. */
final class ElementwiseCases {
    private static final List<int[]> SHAPES = List.of(
            new int[] {},
            new int[] {1},
            new int[] {17},
            new int[] {3, 33},
            new int[] {15, 16},
            new int[] {5, 31, 3},
            new int[] {2, 48, 5, 3},
            new int[] {32, 2, 7, 7});

    /** Pairs that broadcast: rows, columns, channels, scalars, both ways. */
    private static final List<int[][]> PAIRS = List.of(
            new int[][] {{5, 17}, {17}},
            new int[][] {{33}, {2, 33}},
            new int[][] {{31, 1}, {1, 15}},
            new int[][] {{3, 16, 5, 7}, {1, 16, 1, 1}},
            new int[][] {{3, 48, 5, 3}, {48, 1, 1}},
            new int[][] {{2, 1, 4, 1}, {3, 1, 5}},
            new int[][] {{32, 3}, {}},
            new int[][] {{}, {15, 2}},
            new int[][] {{1, 1}, {16, 33}});

    private static final Set<UnaryOp> ROUNDED = Set.of(UnaryOp.EXP, UnaryOp.LOG, UnaryOp.SIGMOID, UnaryOp.TANH);

    private ElementwiseCases() {}

    static Stream<Recipe> of(SeededData data) {
        return Stream.concat(unary(data, Set.of()), binary(data));
    }

    static Stream<Recipe> exact(SeededData data) {
        return Stream.concat(unary(data, ROUNDED), binary(data));
    }

    private static Stream<Recipe> unary(SeededData data, Set<UnaryOp> without) {
        var recipes = new ArrayList<Recipe>();
        for (UnaryOp op : UnaryOp.values()) {
            for (int[] dims : without.contains(op) ? List.<int[]>of() : SHAPES) {
                boolean positive = op == UnaryOp.SQRT || op == UnaryOp.LOG;
                Tensor x = positive ? data.positive(dims) : data.tensor(dims);
                recipes.add(Recipe.of(op.label() + " " + x.shape(), () -> Tensor.record(op, x), x));
            }
        }
        return recipes.stream();
    }

    private static Stream<Recipe> binary(SeededData data) {
        var recipes = new ArrayList<Recipe>();
        for (BinaryOp op : BinaryOp.values()) {
            for (int[] dims : SHAPES) {
                recipes.add(binary(op, data, dims, dims));
            }
            for (int[][] pair : PAIRS) {
                recipes.add(binary(op, data, pair[0], pair[1]));
            }
        }
        return recipes.stream();
    }

    private static Recipe binary(BinaryOp op, SeededData data, int[] left, int[] right) {
        Tensor a = data.tensor(left);
        Tensor b = op == BinaryOp.DIVIDE ? data.positive(right) : data.tensor(right);
        String name = op.label() + " " + a.shape() + " " + b.shape();
        return switch (op) {
            case GREATER, EQUAL, SIGMOID_GRADIENT, TANH_GRADIENT, RELU_GRADIENT ->
                Recipe.forwardOnly(name, () -> Tensor.record(op, a, b), a, b);
            default -> Recipe.of(name, () -> Tensor.record(op, a, b), a, b);
        };
    }
}
