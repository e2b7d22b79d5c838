package org.skipjack.train;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What one epoch came to.
 *
 * @param epoch counted from 1
 * @param trainLoss mean loss over the epoch's examples, each taken before its own update
 * @param trainAccuracy share of them that were classified correctly, 0 to 1
 * @param testLoss mean loss of the test examples in evaluation mode
 * @param testAccuracy share of the test examples that the model classifies correctly in evaluation mode, 0 to 1
 * @param examples number of training examples
 * @param stepSeconds time spent in training steps: forward, backward, update and reading the two figures back
 * @param seconds time of the whole epoch: steps, waiting for data, and evaluation
 */
public record EpochResult(
        int epoch,
        double trainLoss,
        double trainAccuracy,
        double testLoss,
        double testAccuracy,
        long examples,
        double stepSeconds,
        double seconds) {

    /** The one with the best test accuracy, the first if there are several. */
    public static Optional<EpochResult> best(List<EpochResult> epochs) {
        return epochs.stream()
                .max(Comparator.comparingDouble(EpochResult::testAccuracy)
                        .thenComparing(EpochResult::epoch, Comparator.reverseOrder()));
    }
}
