package org.skipjack.nn;

import java.util.List;
import org.skipjack.core.Parameter;

/**
 * Parameters that an {@link Optimizer} updates with a learning rate of their own, given as a factor of the optimiser's, so that
 * a schedule moves all of them. A parameter that is in no group is frozen: no gradient is computed for it.
 *
 * <pre>{@code
 * var sgd = new Sgd(0.1f, List.of(
 *         ParameterGroup.of(head.parameters()),
 *         ParameterGroup.of(body.parameters()).learningRateFactor(0.1f)), Sgd.options());
 * }</pre>
 *
 * <p>Follows the per-parameter options of <a href="https://pytorch.org/docs/stable/optim.html">torch.optim</a>.
 *
 * @param parameters of the group
 * @param learningRateFactor by which the optimiser's learning rate is multiplied, 0 or above
 */
public record ParameterGroup(List<Parameter> parameters, float learningRateFactor) {
    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException if the factor is negative or no number
     */
    public ParameterGroup {
        if (!(learningRateFactor >= 0) || Float.isInfinite(learningRateFactor)) {
            throw new IllegalArgumentException(
                    "invalid learning rate factor: " + learningRateFactor + "; expected a number, 0 or above");
        }
        parameters = List.copyOf(parameters);
    }

    /** Those parameters, at the optimiser's learning rate. */
    public static ParameterGroup of(List<Parameter> parameters) {
        return new ParameterGroup(parameters, 1);
    }

    /** The same parameters at another learning rate. */
    public ParameterGroup learningRateFactor(float factor) {
        return new ParameterGroup(parameters, factor);
    }
}
