package org.skipjack.nn;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.skipjack.core.Assignment;
import org.skipjack.core.Buffer;
import org.skipjack.core.Parameter;
import org.skipjack.core.Tensor;

/**
 * Stochastic gradient descent with momentum {@code m} and weight decay {@code w}, both 0 unless chosen:
 *
 * <pre>{@code
 * g = gradient + w p
 * v = m v + g                     kept as p's momentum_buffer, 0 at the start
 * p = p - rate v                  Nesterov: p - rate (g + m v)
 * }</pre>
 *
 * <p>Follows <a href="https://pytorch.org/docs/stable/generated/torch.optim.SGD.html">torch.optim.SGD</a> without
 * dampening.
 */
public final class Sgd extends Optimizer {
    private final Options options;
    private final IdentityHashMap<Parameter, Buffer> velocities = new IdentityHashMap<>();

    /** Plain descent: {@code p = p - rate gradient}. */
    public Sgd(List<Parameter> parameters, float learningRate) {
        this(parameters, learningRate, options());
    }

    /** With options that start at {@link #options}. */
    public Sgd(List<Parameter> parameters, float learningRate, Options options) {
        this(learningRate, List.of(ParameterGroup.of(parameters)), options);
    }

    /** With groups of parameters that have learning rates of their own. */
    public Sgd(float learningRate, List<ParameterGroup> groups, Options options) {
        super(learningRate, groups);
        this.options = options;
        if (options.momentum() != 0) {
            parameters().forEach(p -> velocities.put(p, state(p, "momentum_buffer")));
        }
    }

    /** Neither momentum nor weight decay. */
    public static Options options() {
        return new Options(0, 0, false);
    }

    @Override
    protected List<Assignment> update(Parameter parameter, Tensor gradient, Tensor rate) {
        var assignments = new ArrayList<Assignment>();
        Tensor g = options.weightDecay() == 0 ? gradient : gradient.add(parameter.mul(options.weightDecay()));
        Tensor direction = g;
        Buffer velocity = velocities.get(parameter);
        if (velocity != null) {
            Tensor v = velocity.mul(options.momentum()).add(g);
            assignments.add(new Assignment(velocity, v));
            direction = options.nesterov() ? g.add(v.mul(options.momentum())) : v;
        }
        assignments.add(new Assignment(parameter, parameter.sub(direction.mul(rate))));
        return assignments;
    }

    /**
     * What can be chosen; {@link Sgd#options} gives the defaults, the methods change one thing each.
     *
     * @param momentum share of the last direction that is kept
     * @param weightDecay pull towards 0 that is added to the gradient
     * @param nesterov whether the gradient looks ahead along the momentum
     */
    public record Options(float momentum, float weightDecay, boolean nesterov) {
        /**
         * Checks the ranges.
         *
         * @throws IllegalArgumentException if a number is negative, or Nesterov is asked for without momentum
         */
        public Options {
            if (!(momentum >= 0) || !(weightDecay >= 0)) {
                throw new IllegalArgumentException("sgd: momentum and weight decay must be 0 or above, got momentum "
                        + momentum + ", weight decay " + weightDecay);
            }
            if (nesterov && momentum == 0) {
                throw new IllegalArgumentException("sgd: Nesterov momentum requires a momentum; set it first");
            }
        }

        /** Another momentum. */
        public Options momentum(float share) {
            return new Options(share, weightDecay, nesterov);
        }

        /** Another weight decay. */
        public Options weightDecay(float pull) {
            return new Options(momentum, pull, nesterov);
        }

        /** With or without looking ahead. */
        public Options nesterov(boolean with) {
            return new Options(momentum, weightDecay, with);
        }
    }
}
