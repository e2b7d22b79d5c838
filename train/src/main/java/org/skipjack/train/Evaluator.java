package org.skipjack.train;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.skipjack.core.Cancellation;
import org.skipjack.core.Evaluation;
import org.skipjack.core.Tensor;
import org.skipjack.nn.CrossEntropyLoss;
import org.skipjack.nn.Module;
import org.skipjack.train.data.Batch;
import org.skipjack.train.data.DataLoader;

/**
 * Classifies a data set in evaluation mode and counts, as the tutorial's {@code evaluate_accuracy_gpu} does.
 *
 * <p>At most two plans are made: one for full batches and one for a smaller last batch.
 */
public final class Evaluator {

    private static final double NANOS = 1e9;

    private Evaluator() {}

    /** The score over the loader's examples; the module is in evaluation mode afterwards. */
    public static Score evaluate(Module module, DataLoader loader) {
        return evaluate(module, loader, () -> false).orElseThrow();
    }

    /**
     * As {@link #evaluate(Module, DataLoader)}; empty if {@code stop} became true on the way. It is asked within a batch too,
     * and while a plan is made.
     */
    public static Optional<Score> evaluate(Module module, DataLoader loader, BooleanSupplier stop) {
        long start = System.nanoTime();
        module.eval();
        var criterion = new CrossEntropyLoss();
        double lossSum = 0;
        double correct = 0;
        long examples = 0;
        try (var batches = loader.epoch(0)) {
            while (batches.hasNext()) {
                Cancellation.check(stop);
                Batch batch = batches.next();
                Tensor labels = Tensor.ofInts(batch.labels(), batch.size());
                Tensor logits = module.call(Tensor.wrap(batch.images(), batch.shape()));
                Tensor loss = criterion.forward(logits, labels);
                Tensor hits = logits.argMax(1).equalTo(labels).sum();
                Cancellation.heed(stop, () -> Evaluation.evaluate(List.of(loss, hits)));
                lossSum += (double) loss.item() * batch.size();
                correct += hits.item();
                examples += batch.size();
            }
        } catch (CancellationException stopped) {
            return Optional.empty();
        }
        return Optional.of(
                new Score(lossSum / examples, correct / examples, examples, (System.nanoTime() - start) / NANOS));
    }
}
