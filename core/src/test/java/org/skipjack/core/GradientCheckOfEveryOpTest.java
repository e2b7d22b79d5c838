package org.skipjack.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.skipjack.core.OpCases.Recipe;

/** The gradient rule of every op against central differences of its definition. Each case computes on one thread. */
@Execution(ExecutionMode.CONCURRENT)
class GradientCheckOfEveryOpTest {
    /** Elements of each leaf; the rules treat all elements alike, and the cases are many. */
    private static final int SAMPLE = 4;

    static Stream<Recipe> differentiable() {
        return OpCases.recipes().filter(r -> !r.wrt().isEmpty());
    }

    @ParameterizedTest
    @MethodSource("differentiable")
    void gradientIsThatOfTheDefinition(Recipe recipe) {
        // A weighted sum with fixed weights, so that no error cancels. Sums of up to 1e4 terms of size 1 round to
        // 1e-12,
        // which divided by epsilon is 1e-6: hence a step and a tolerance ten times the standard ones.
        var check = new GradientCheck(1e-5, 1e-5, 1e-6, SAMPLE, 1);
        assertThat(check.run(() -> weighted(recipe.output().get()), recipe.wrt())
                        .orThrow()
                        .passed())
                .isTrue();
    }

    private static Tensor weighted(Tensor output) {
        return output.mul(SeededData.normal(17).like(output.shape())).sum();
    }
}
