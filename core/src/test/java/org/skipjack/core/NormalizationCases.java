package org.skipjack.core;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.skipjack.core.OpCases.Recipe;
import org.skipjack.core.op.BatchNorm;
import org.skipjack.core.op.BatchStatistics;

/** Batch statistics and batch norm in both modes, on features, sequences and images. */
final class NormalizationCases {
    /**
     * At least three values per channel: with two, the gradient in training is all cancellation, of size epsilon, and no
     * float computation gets it right.
     */
    private static final List<int[]> SHAPES = List.of(
            new int[] {3, 1},
            new int[] {5, 17},
            new int[] {16, 33},
            new int[] {33, 15},
            new int[] {48, 2},
            new int[] {3, 16, 5},
            new int[] {31, 3, 1},
            new int[] {1, 48, 5, 3},
            new int[] {2, 31, 4, 4},
            new int[] {15, 5, 1, 1},
            new int[] {17, 6, 7, 5},
            new int[] {32, 16, 4, 4},
            new int[] {33, 1, 3, 3});

    /** A power of two of values per channel, at most 32. */
    private static final List<int[]> DYADIC = List.of(
            new int[] {2, 3},
            new int[] {16, 17},
            new int[] {32, 1},
            new int[] {4, 15, 8},
            new int[] {2, 33, 4, 4},
            new int[] {1, 48, 2, 8},
            new int[] {8, 5, 2, 1},
            new int[] {32, 16, 1, 1});

    private NormalizationCases() {}

    static Stream<Recipe> of(SeededData data) {
        var recipes = new ArrayList<Recipe>();
        for (int[] dims : SHAPES) {
            recipes.add(statistics(data.tensor(dims)));
            recipes.add(training(data.tensor(dims), 1e-5f, data));
            recipes.add(evaluation(data.tensor(dims), 1e-5f, data));
        }
        Tensor offset = data.tensor(8, 17, 3, 3);
        recipes.add(Recipe.of(
                "batchNorm training [8, 17, 3, 3], mean 30",
                () -> {
                    Tensor x = offset.add(30);
                    return normalise(x, Tensor.full(1, 17), Tensor.full(0, 17), 1e-5f);
                },
                offset));
        return recipes.stream();
    }

    /** Variances of which, plus epsilon, the root is a power of two. */
    static Stream<Recipe> exact(SeededData data) {
        var recipes = new ArrayList<Recipe>();
        for (int[] dims : DYADIC) {
            recipes.add(statistics(data.tensor(dims)));
            recipes.add(training(data.paired(dims), 7, data));
            recipes.add(evaluation(data.tensor(dims), 0.25f, data));
        }
        return recipes.stream();
    }

    static Tensor normalise(Tensor x, Tensor gamma, Tensor beta, float epsilon) {
        Tensor statistics = Tensor.record(new BatchStatistics(), x);
        return Tensor.record(new BatchNorm(epsilon, true), x, statistics, gamma, beta);
    }

    private static Recipe statistics(Tensor x) {
        return Recipe.of("batchStatistics " + x.shape(), () -> Tensor.record(new BatchStatistics(), x), x);
    }

    private static Recipe training(Tensor x, float epsilon, SeededData data) {
        int channels = x.shape().dim(1);
        Tensor gamma = data.parameter("gamma", channels);
        Tensor beta = data.parameter("beta", channels);
        return Recipe.of("batchNorm training " + x.shape(), () -> normalise(x, gamma, beta, epsilon), x, gamma, beta);
    }

    private static Recipe evaluation(Tensor x, float epsilon, SeededData data) {
        int channels = x.shape().dim(1);
        Tensor statistics = data.statistics(channels);
        Tensor gamma = data.parameter("gamma", channels);
        Tensor beta = data.parameter("beta", channels);
        return new Recipe(
                "batchNorm evaluation " + x.shape(),
                List.of(x, statistics, gamma, beta),
                List.of(x, gamma, beta),
                () -> Tensor.record(new BatchNorm(epsilon, false), x, statistics, gamma, beta));
    }
}
