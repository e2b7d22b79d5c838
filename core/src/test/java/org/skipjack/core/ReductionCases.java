package org.skipjack.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.skipjack.core.OpCases.Recipe;

/** Sums, means and maxima over each kind of dimension. */
final class ReductionCases {
    private record Shaped(int[] dims, int[] axes) {}

    private static final List<Shaped> SHAPES = List.of(
            new Shaped(new int[] {33}, new int[] {0}),
            new Shaped(new int[] {5, 17}, new int[] {0}),
            new Shaped(new int[] {15, 48}, new int[] {1}),
            new Shaped(new int[] {31, 16}, new int[] {0, 1}),
            new Shaped(new int[] {3, 33, 5, 7}, new int[] {0, 2, 3}),
            new Shaped(new int[] {2, 17, 4, 3}, new int[] {2, 3}),
            new Shaped(new int[] {32, 3, 5}, new int[] {1}),
            new Shaped(new int[] {1, 15, 1, 2}, new int[] {0, 2}));

    private ReductionCases() {}

    static Stream<Recipe> of(SeededData data) {
        var recipes = new ArrayList<>(exact(data).toList());
        for (Shaped s : SHAPES) {
            Tensor x = data.tensor(s.dims());
            recipes.add(Recipe.of(name("mean", s, false), () -> x.mean(false, s.axes()), x));
            recipes.add(Recipe.of(name("max", s, false) + " with gradient", () -> x.max(false, s.axes()), x));
        }
        return recipes.stream();
    }

    /** Without what divides: means, and the gradient of a maximum, which ties share. */
    static Stream<Recipe> exact(SeededData data) {
        var recipes = new ArrayList<Recipe>();
        for (Shaped s : SHAPES) {
            for (boolean keepDim : new boolean[] {false, true}) {
                Tensor x = data.tensor(s.dims());
                recipes.add(Recipe.of(name("sum", s, keepDim), () -> x.sum(keepDim, s.axes()), x));
                recipes.add(Recipe.forwardOnly(name("max", s, keepDim), () -> x.max(keepDim, s.axes()), x));
            }
            Tensor x = data.tensor(s.dims());
            recipes.add(Recipe.forwardOnly(
                    "argMax " + x.shape() + " along " + s.axes()[0], () -> x.argMax(s.axes()[0]), x));
        }
        return recipes.stream();
    }

    private static String name(String op, Shaped s, boolean keepDim) {
        return op + " " + Arrays.toString(s.dims()) + " over " + Arrays.toString(s.axes()) + (keepDim ? " kept" : "");
    }
}
