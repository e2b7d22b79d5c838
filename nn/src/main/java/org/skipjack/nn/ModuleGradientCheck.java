package org.skipjack.nn;

import java.util.ArrayList;
import java.util.random.RandomGenerator;
import org.skipjack.core.GradientCheck;
import org.skipjack.core.Tensor;

/**
 * Compares the gradients of a module, with respect to its parameters and its input, with central differences in double
 * precision. What is differentiated is {@code Σ y r} of the output {@code y}, with fixed random weights {@code r}: a plain
 * sum would not notice a wrong gradient of a normalisation.
 *
 * <pre>{@code
 * ModuleGradientCheck.check(new Linear(3, 2), Tensor.of(new float[] {1, 2, 3}, 1, 3)).orThrow();
 * }</pre>
 */
public final class ModuleGradientCheck {
    private ModuleGradientCheck() {}

    /** Checks with {@link GradientCheck}'s default settings, in the mode that the module is in. */
    public static GradientCheck.Result check(Module module, Tensor x) {
        return check(GradientCheck.standard(), module, x);
    }

    /**
     * Checks with settings of one's own.
     *
     * @param x a leaf of floats that the module accepts
     * @return what was found; it names the parameter and the element that differ
     */
    public static GradientCheck.Result check(GradientCheck settings, Module module, Tensor x) {
        var wrt = new ArrayList<Tensor>(module.parameters());
        wrt.add(x);
        return settings.run(() -> weightedSum(module.call(x)), wrt);
    }

    private static Tensor weightedSum(Tensor y) {
        RandomGenerator random = Init.generator(0);
        var weights = new float[y.shape().elements()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = 0.5f + random.nextFloat();
        }
        return y.mul(Tensor.of(weights, y.shape().dims())).sum();
    }
}
