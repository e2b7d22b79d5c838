package org.skipjack.core;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.skipjack.core.OpCases.Recipe;
import org.skipjack.core.op.CrossEntropy;

/** Log-softmax and cross-entropy, with smoothing, ignored examples and large logits. */
final class LossCases {
    private LossCases() {}

    static Stream<Recipe> of(SeededData data) {
        var recipes = new ArrayList<Recipe>();
        for (int[] dims : List.of(new int[] {5}, new int[] {17, 10}, new int[] {2, 3, 33}, new int[] {31, 1})) {
            Tensor x = data.tensor(dims);
            recipes.add(Recipe.of("logSoftmax " + x.shape(), x::logSoftmax, x));
            recipes.add(Recipe.of(
                    "logSoftmax " + x.shape() + " times 30", () -> x.mul(30).logSoftmax(), x));
        }
        for (int i = 0; i < OpCases.SIZES.size(); i++) {
            int n = OpCases.size(i);
            int c = OpCases.size(4 * i + 2);
            recipes.add(crossEntropy(data, new CrossEntropy(), n, c));
            recipes.add(crossEntropy(data, new CrossEntropy(0.1f, -100), n, c));
            recipes.add(crossEntropy(data, new CrossEntropy(1, c - 1), n, c));
        }
        Tensor logits = data.tensor(33, 10);
        Tensor labels = data.labels(33, 10, 0);
        recipes.add(new Recipe(
                "crossEntropy [33, 10] mean",
                List.of(logits, labels),
                List.of(logits),
                () -> logits.crossEntropy(labels).mean()));
        return recipes.stream();
    }

    private static Recipe crossEntropy(SeededData data, CrossEntropy loss, int n, int c) {
        Tensor logits = data.tensor(n, c);
        Tensor labels = data.labels(n, c, loss.ignoreIndex());
        return new Recipe(
                "crossEntropy " + logits.shape() + " smoothing " + loss.labelSmoothing() + " ignoring "
                        + loss.ignoreIndex(),
                List.of(logits, labels),
                List.of(logits),
                () -> Tensor.record(loss, logits, labels));
    }
}
