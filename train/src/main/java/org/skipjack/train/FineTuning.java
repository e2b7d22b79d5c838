package org.skipjack.train;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.skipjack.core.Parameter;
import org.skipjack.nn.BatchNorm;
import org.skipjack.nn.Module;
import org.skipjack.nn.ParameterGroup;

/**
 * What a training leaves as it is, and what it changes faster or slower than the rest.
 *
 * <p>A pattern names a module ({@code layer1}: all parameters below it), a parameter ({@code fc.bias}), several of them ({@code
 * layer?.*.bn1}; {@code *} stands for any letters, dots too, {@code ?} for one) or, as {@code body}, all but the last layer.
 *
 * <p>For a frozen parameter no gradient is computed, so neither momentum nor weight decay moves it. A batch norm whose scale and
 * shift are both frozen also keeps its running statistics and normalises by them, in training as in evaluation, unless
 * {@code adaptStatistics} says that it goes on as PyTorch's does with {@code requires_grad = False}: normalising by the batch
 * and moving its statistics. Layers that keep statistics of their own, such as the tutorial's batch norm from scratch, always
 * go on. Dropout stays active everywhere.
 *
 * <pre>{@code
 * var tuning = FineTuning.NONE.withFreeze("body").withLearningRate("layer4", 0.001f);
 * }</pre>
 *
 * @param freeze patterns of what is not trained
 * @param learningRates of what a pattern names, instead of the training's; the last of two that name one parameter counts
 * @param adaptStatistics whether frozen batch norms go on normalising by the batch and moving their statistics
 */
public record FineTuning(List<String> freeze, Map<String, Float> learningRates, boolean adaptStatistics) {

    /** Everything is trained alike. */
    public static final FineTuning NONE = new FineTuning(List.of(), Map.of(), false);

    /**
     * Copies list and map.
     *
     * @throws IllegalArgumentException if a pattern is empty or a learning rate is not positive
     */
    public FineTuning {
        freeze = List.copyOf(freeze);
        learningRates = Collections.unmodifiableMap(new LinkedHashMap<>(learningRates));
        if (freeze.contains("") || learningRates.containsKey("")) {
            throw new IllegalArgumentException("[FineTuning] a pattern is empty, expected the name of a module");
        }
        learningRates.forEach((pattern, rate) -> {
            if (!(rate > 0) || Float.isInfinite(rate)) {
                throw new IllegalArgumentException("[FineTuning] the learning rate of '" + pattern + "' is " + rate
                        + ", expected a positive number; freeze what is not to change");
            }
        });
    }

    /** One more pattern of what is not trained. */
    public FineTuning withFreeze(String pattern) {
        var patterns = new ArrayList<>(freeze);
        patterns.add(pattern);
        return new FineTuning(patterns, learningRates, adaptStatistics);
    }

    /** One more learning rate of its own. */
    public FineTuning withLearningRate(String pattern, float rate) {
        var rates = new LinkedHashMap<>(learningRates);
        rates.put(pattern, rate);
        return new FineTuning(freeze, rates, adaptStatistics);
    }

    /** Frozen batch norms that go on moving their statistics, or not. */
    public FineTuning withAdaptStatistics(boolean adapt) {
        return new FineTuning(freeze, learningRates, adapt);
    }

    /**
     * Freezes statistics, and tells the optimiser what to train.
     *
     * @param learningRate of the training, which the groups' factors refer to
     * @return the parameters that are trained, those of one learning rate together
     * @throws IllegalArgumentException if a pattern names nothing, or nothing is left to train
     */
    public List<ParameterGroup> prepare(Module module, float learningRate) {
        Set<Parameter> frozen = Collections.newSetFromMap(new IdentityHashMap<>());
        freeze.forEach(pattern -> frozen.addAll(new NamePattern(pattern).of(module)));
        var rates = new IdentityHashMap<Parameter, Float>();
        learningRates.forEach((pattern, rate) ->
                new NamePattern(pattern).of(module).forEach(parameter -> rates.put(parameter, rate)));
        Map<Float, List<Parameter>> groups = new LinkedHashMap<>();
        for (Parameter parameter : module.parameters()) {
            if (!frozen.contains(parameter)) {
                float rate = rates.getOrDefault(parameter, learningRate);
                groups.computeIfAbsent(rate, key -> new ArrayList<>()).add(parameter);
            }
        }
        if (groups.isEmpty() && !module.parameters().isEmpty()) {
            throw new IllegalArgumentException(
                    "[FineTuning] everything is frozen; freeze 'body' to train the last layer alone");
        }
        module.apply(part -> {
            if (part instanceof BatchNorm norm) {
                norm.freezeStatistics(!adaptStatistics && isFrozen(norm, frozen));
            }
        });
        var result = new ArrayList<ParameterGroup>();
        groups.forEach((rate, parameters) -> result.add(
                ParameterGroup.of(parameters).learningRateFactor(rate == learningRate ? 1 : rate / learningRate)));
        return result;
    }

    private static boolean isFrozen(BatchNorm norm, Set<Parameter> frozen) {
        var own = new HashSet<>(norm.parameters());
        return !own.isEmpty() && frozen.containsAll(own);
    }

    /** Number of learnt values that are trained. */
    public static long trained(List<ParameterGroup> groups) {
        return groups.stream()
                .flatMap(group -> group.parameters().stream())
                .mapToLong(parameter -> parameter.shape().elements())
                .sum();
    }
}
