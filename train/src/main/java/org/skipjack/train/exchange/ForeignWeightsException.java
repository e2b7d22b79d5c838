package org.skipjack.train.exchange;

import java.util.ArrayList;
import java.util.List;
import org.skipjack.nn.Module;
import org.skipjack.nn.StateDictException;
import org.skipjack.nn.models.ModelProvider;
import org.skipjack.nn.models.Models;
import org.skipjack.train.run.Weights;

/**
 * Weights that are not those of the model they are loaded into. The one-line message names file, model and differences, and
 * the model that they would fit, if there is one.
 */
public final class ForeignWeightsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ForeignWeightsException(Weights weights, String model, StateDictException cause) {
        super(
                weights.source() + ": not the weights of " + model + ": " + cause.getMessage()
                        + advice(fitting(weights)),
                cause);
    }

    private ForeignWeightsException(String message, StateDictException cause) {
        super(message, cause);
    }

    /** All but the last layer fits. */
    static ForeignWeightsException ofOtherClasses(
            Weights weights, String model, int classes, StateDictException cause) {
        return new ForeignWeightsException(
                weights.source() + ": the last layer is not that of " + model + " with " + classes + " classes: "
                        + cause.mismatched().getFirst() + "; replace the last layer (--replace-head " + classes + ")",
                cause);
    }

    private static String advice(List<String> models) {
        return models.isEmpty() ? "" : "; they fit " + String.join(" and ", models) + ", give that as the model";
    }

    private static List<String> fitting(Weights weights) {
        var fitting = new ArrayList<String>();
        for (ModelProvider provider : Models.all()) {
            Module candidate = StoredModel.fitting(weights, provider);
            boolean fits = candidate.stateDict().entrySet().stream()
                    .allMatch(entry -> weights.shape(entry.getKey())
                            .filter(entry.getValue().shape()::equals)
                            .isPresent());
            if (fits && candidate.stateDict().size() == weights.names().size()) {
                fitting.add(provider.name());
            }
        }
        return fitting;
    }
}
