package org.skipjack.core;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.skipjack.core.OpCases.Recipe;
import org.skipjack.core.op.AdaptiveAvgPool2d;
import org.skipjack.core.op.AvgPool2d;
import org.skipjack.core.op.MaxPool2d;
import org.skipjack.core.op.Op;
import org.skipjack.core.op.Window2d;

/** Average and maximum poolings: windows apart, touching, overlapping, padded, with a remainder and without. */
final class PoolingCases {
    /** Areas that are powers of two, so that the mean of whole numbers is exact. */
    private static final List<Window2d> DYADIC = List.of(
            Window2d.of(2, 2),
            Window2d.of(2, 1),
            Window2d.of(1, 2),
            new Window2d(4, 2, 3, 2, 0, 1),
            new Window2d(2, 2, 2, 2, 1, 1));

    private static final List<Window2d> OTHER = List.of(
            Window2d.of(3, 2),
            new Window2d(3, 3, 2, 2, 1, 1),
            new Window2d(4, 4, 2, 1, 2, 0),
            new Window2d(3, 2, 1, 2, 1, 0),
            new Window2d(5, 3, 5, 1, 0, 1));

    private PoolingCases() {}

    static Stream<Recipe> of(SeededData data) {
        var windows = new ArrayList<>(DYADIC);
        windows.addAll(OTHER);
        return recipes(data, windows, List.of(new int[] {1, 1}, new int[] {3, 2}, new int[] {4, 5}, new int[] {9, 1}));
    }

    static Stream<Recipe> exact(SeededData data) {
        var maxima = OTHER.stream().map(w -> recipe(data, new MaxPool2d(w), 3, 17, 7, 9));
        return Stream.concat(recipes(data, DYADIC, List.of(new int[] {4, 4}, new int[] {2, 4})), maxima);
    }

    private static Stream<Recipe> recipes(SeededData data, List<Window2d> windows, List<int[]> targets) {
        var recipes = new ArrayList<Recipe>();
        int i = 0;
        for (Window2d window : windows) {
            for (Op op : List.of(new AvgPool2d(window, true), new AvgPool2d(window, false), new MaxPool2d(window))) {
                recipes.add(recipe(data, op, OpCases.size(i), OpCases.size(3 * i + 1), 5 + i % 4, 8));
                recipes.add(recipe(data, op, OpCases.size(5 * i + 3), OpCases.size(i + 4), 8, 6 + i % 3));
                i++;
            }
        }
        for (int[] target : targets) {
            Op op = new AdaptiveAvgPool2d(target[0], target[1]);
            recipes.add(recipe(data, op, OpCases.size(i), OpCases.size(4 * i + 2), 8, 8));
            i++;
        }
        return recipes.stream();
    }

    private static Recipe recipe(SeededData data, Op op, int... dims) {
        Tensor x = data.tensor(dims);
        return Recipe.of(op.label() + " " + x.shape() + " " + op, () -> Tensor.record(op, x), x);
    }
}
