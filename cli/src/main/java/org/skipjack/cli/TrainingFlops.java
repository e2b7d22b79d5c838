package org.skipjack.cli;

import org.skipjack.nn.Summary;

/** The arithmetic of a training step, from that of the forward pass. */
final class TrainingFlops {

    /** In words, for output that shows the figure. */
    static final String FORMULA = "3 x forward, less the first layer's input gradient that nobody needs";

    private TrainingFlops() {}

    /**
     * FLOPs of forward, backward and update of the batch that was summed up: each convolution and matrix product is done
     * once forward, once for its weights' gradient and once for its input's, except that the first one's input is data.
     */
    static long of(Summary summary) {
        long first = summary.layers().stream()
                .filter(layer -> layer.innermost() && layer.flops() > 0)
                .mapToLong(Summary.Layer::flops)
                .findFirst()
                .orElse(0);
        return 3 * summary.flops() - first;
    }
}
