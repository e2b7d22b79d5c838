package org.skipjack.train.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.skipjack.core.Parameter;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;
import org.skipjack.core.Variable;
import org.skipjack.nn.Module;
import org.skipjack.nn.StateDictException;
import org.skipjack.train.run.Weights;

/**
 * Weights of an earlier training as the start of a new one.
 *
 * <p>The last layer may be left out: it keeps the values that the module drew for it, and may have another number of classes.
 * A first convolution of 3 channels fits a module for grey images: its weights are summed over the channels, which gives what
 * it would give for the grey image in all three.
 */
public final class Pretrained {

    private static final int COLOURS = 3;

    private final Weights weights;
    private final String model;

    /**
     * Weights that are to be loaded.
     *
     * @param model the name of the module they go into, for messages
     */
    public Pretrained(Weights weights, String model) {
        this.weights = weights;
        this.model = model;
    }

    /**
     * Copies the values in.
     *
     * @param replaceHead whether the last layer, which owns the last parameter, keeps the module's values
     * @return what was done, in lines
     * @throws ForeignWeightsException if the rest does not fit; the module is then unchanged
     */
    public List<String> loadInto(Module module, boolean replaceHead) {
        Map<String, Tensor> state = weights.state(module);
        Map<String, Variable> own = module.stateDict();
        var done = new ArrayList<String>();
        done.add("starting from " + weights.source());
        Parameter last = module.parameters().getLast();
        String head = last.name().substring(0, last.name().lastIndexOf('.') + 1);
        if (replaceHead && !head.isEmpty()) {
            state.keySet().removeIf(name -> name.startsWith(head));
            own.forEach((name, variable) -> {
                if (name.startsWith(head)) {
                    state.put(name, variable);
                }
            });
            done.add("a new last layer " + head.substring(0, head.length() - 1) + " of "
                    + last.shape().dim(0) + " classes");
        }
        if (sumColours(module.parameters().getFirst(), state)) {
            done.add(module.parameters().getFirst().name()
                    + " summed over its 3 channels, as if the grey image were in all three");
        }
        try {
            module.loadStateDict(state);
        } catch (StateDictException e) {
            boolean headOnly = !replaceHead
                    && !head.isEmpty()
                    && e.missing().isEmpty()
                    && e.unexpected().isEmpty()
                    && e.mismatched().stream()
                            .allMatch(mismatch -> mismatch.name().startsWith(head));
            throw headOnly
                    ? ForeignWeightsException.ofOtherClasses(
                            weights, model, last.shape().dim(0), e)
                    : new ForeignWeightsException(weights, model, e);
        }
        return done;
    }

    /** Adds up what a convolution has for red, green and blue if the module has one channel. */
    private static boolean sumColours(Parameter first, Map<String, Tensor> state) {
        Tensor stored = state.get(first.name());
        Shape shape = first.shape();
        if (stored == null || shape.rank() != 4 || shape.dim(1) != 1) {
            return false;
        }
        if (!stored.shape().equals(Shape.of(shape.dim(0), COLOURS, shape.dim(2), shape.dim(3)))) {
            return false;
        }
        state.put(first.name(), stored.sum(true, 1));
        return true;
    }
}
