package org.skipjack.nn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.skipjack.core.Assignment;
import org.skipjack.core.Buffer;
import org.skipjack.core.Gradients;
import org.skipjack.core.Parameter;
import org.skipjack.core.Shape;
import org.skipjack.core.Step;
import org.skipjack.core.Tensor;

/**
 * An update rule for some parameters. {@link #minimize} is one step: forward, gradients and updates in one plan.
 *
 * <p>A rule of one's own says in {@link #update} how one parameter follows from its gradient; what it remembers from step
 * to step lives in buffers made by {@link #state}.
 */
public abstract class Optimizer {
    private static final String LEARNING_RATE = "learning_rate";

    private final List<Parameter> parameters;
    private final IdentityHashMap<Parameter, Float> rateFactors = new IdentityHashMap<>();
    private final Map<String, Buffer> state = new LinkedHashMap<>();
    private final Buffer learningRate = new Buffer(LEARNING_RATE, Shape.scalar());

    @SuppressWarnings("this-escape") // The step calls back when a loss is minimised, long after construction.
    private final Step step = new Step(this::assignments);

    /**
     * An optimiser of those parameters.
     *
     * @throws IllegalArgumentException if there are none or the learning rate is negative
     */
    protected Optimizer(List<Parameter> parameters, float learningRate) {
        this(learningRate, List.of(ParameterGroup.of(parameters)));
    }

    /**
     * An optimiser of groups of parameters; each group's learning rate is {@code learningRate} times its factor, now and
     * after {@link #setLearningRate}.
     *
     * @throws IllegalArgumentException if there are no parameters, one is in two groups, or the learning rate is negative
     */
    protected Optimizer(float learningRate, List<ParameterGroup> groups) {
        var all = new ArrayList<Parameter>();
        for (ParameterGroup group : groups) {
            for (Parameter parameter : group.parameters()) {
                if (rateFactors.put(parameter, group.learningRateFactor()) != null) {
                    throw new IllegalArgumentException(
                            "optimizer got " + parameter + " twice; give it each parameter once, in one group");
                }
                all.add(parameter);
            }
        }
        if (all.isEmpty()) {
            throw new IllegalArgumentException("optimizer got an empty parameter list; give it module.parameters()");
        }
        this.parameters = List.copyOf(all);
        this.state.put(LEARNING_RATE, this.learningRate);
        assignLearningRate(learningRate);
    }

    /**
     * The new values of one parameter and of what is remembered about it.
     *
     * @param parameter the parameter, as it was before the step
     * @param gradient of the loss with respect to it
     * @param rate the parameter's learning rate, a scalar
     */
    protected abstract List<Assignment> update(Parameter parameter, Tensor gradient, Tensor rate);

    /** Makes a buffer of zeros that the rule keeps for a parameter; its name is {@code parameter.kind}. */
    protected final Buffer state(Parameter parameter, String kind) {
        String name = parameter.name() + "." + kind;
        var buffer = new Buffer(name, parameter.shape());
        if (state.putIfAbsent(name, buffer) != null) {
            throw new IllegalArgumentException("optimizer got two parameters named " + parameter.name()
                    + "; give it the parameters of one module, each once");
        }
        return buffer;
    }

    /**
     * One step downhill. Afterwards the loss and the other tensors know their values, which are those of before the update.
     *
     * @param loss a scalar
     * @param fetches further tensors wanted from the same forward pass, such as the logits
     */
    public final void minimize(Tensor loss, Tensor... fetches) {
        step.run(loss, fetches);
    }

    private List<Assignment> assignments(Tensor loss) {
        state.values().forEach(buffer -> buffer.to(parameters.getFirst().device()));
        List<Tensor> gradients = Gradients.of(loss, parameters);
        var assignments = new ArrayList<Assignment>();
        for (int i = 0; i < parameters.size(); i++) {
            assignments.addAll(update(parameters.get(i), gradients.get(i), rate(parameters.get(i))));
        }
        return assignments;
    }

    private Tensor rate(Parameter parameter) {
        float factor = rateFactors.getOrDefault(parameter, 1f);
        return factor == 1 ? learningRate : learningRate.mul(factor);
    }

    /** What is optimised. */
    public final List<Parameter> parameters() {
        return parameters;
    }

    /** The learning rate of the next step, without the groups' factors. */
    public final float learningRate() {
        return learningRate.values()[0];
    }

    /**
     * Another learning rate from the next step on; the plan stays.
     *
     * @throws IllegalArgumentException if it is negative or not a number
     */
    public final void setLearningRate(float rate) {
        assignLearningRate(rate);
    }

    private void assignLearningRate(float rate) {
        if (!(rate >= 0) || Float.isInfinite(rate)) {
            throw new IllegalArgumentException("invalid learning rate: " + rate + "; expected a number, 0 or above");
        }
        learningRate.assign(rate);
    }

    /** The learning rate and what the rule remembers, by name; the buffers themselves. */
    public final Map<String, Buffer> stateDict() {
        return Collections.unmodifiableMap(state);
    }

    /**
     * Copies saved state in.
     *
     * @throws StateDictException naming every key that is missing, unexpected or of another shape; nothing is copied
     */
    public final void loadStateDict(Map<String, ? extends Tensor> saved) {
        StateDict.load(getClass().getSimpleName(), state, saved);
    }

    /** The step behind {@link #minimize}, whose plan can be looked at. */
    public final Step step() {
        return step;
    }
}
