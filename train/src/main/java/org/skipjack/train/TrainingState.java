package org.skipjack.train;

import java.util.Map;
import org.skipjack.core.Tensor;

/**
 * Everything besides options and data that decides how a training goes on: a {@link Trainer} that is given it by {@link
 * Trainer#resume} computes the bits that the first one would have computed.
 *
 * @param model all variables of the module by name: weights, running statistics, seeds and counters of random masks
 * @param optimizer the optimiser's variables by name: the learning rate and what it remembers of earlier steps
 * @param position epoch, step, and the figures so far
 */
public record TrainingState(
        Map<String, ? extends Tensor> model, Map<String, ? extends Tensor> optimizer, TrainingPosition position) {

    /** Whether all numbers of model and optimiser are finite; others are nothing to go on from. */
    public boolean isFinite() {
        return finite(model) && finite(optimizer);
    }

    private static boolean finite(Map<String, ? extends Tensor> tensors) {
        for (Tensor tensor : tensors.values()) {
            for (float value : tensor.toFloatArray()) {
                if (!Float.isFinite(value)) {
                    return false;
                }
            }
        }
        return true;
    }
}
