package org.skipjack.interop.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.skipjack.core.Buffer;
import org.skipjack.core.Parameter;
import org.skipjack.core.Tensor;
import org.skipjack.core.Variable;
import org.skipjack.nn.Module;

/** Modules beside their models, on random inputs. */
final class Comparison {
    /**
     * Of the largest value. Both sides round each operation to 6e-8 and sum in other orders; through the 150 layers of the
     * deepest net that stays below 2e-5.
     */
    static final double TOLERANCE = 1e-4;

    private Comparison() {}

    /** Numbers that are normal, from a seed. */
    static float[] numbers(long seed, int... shape) {
        var random = new SplittableRandom(seed);
        var values = new float[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** Moves everything away from its start, as training would: no scale is 1, no mean 0, no variance 1. */
    static <M extends Module> M stirred(M module) {
        long seed = 1;
        for (Variable variable : module.variables().values()) {
            float[] noise = numbers(seed++, variable.shape().dims());
            float[] values = variable.toFloatArray();
            for (int i = 0; i < values.length; i++) {
                values[i] = switch (variable) {
                    case Parameter p -> values[i] + 0.1f * Math.abs(noise[i]) * (values[i] == 0 ? 1 : values[i]);
                    case Buffer b -> values[i] == 1 ? 1 + 0.3f * Math.abs(noise[i]) : values[i] + 0.1f * noise[i];
                };
            }
            variable.assign(values);
        }
        module.eval();
        return module;
    }

    /** The model computes what the module does in evaluation mode. */
    static void requireEqual(byte[] model, Module module, int... shape) {
        float[] input = numbers(99, shape);
        Tensor expected = module.eval().call(Tensor.of(input, shape));
        try (var runtime = new OnnxRuntime(model)) {
            var found = runtime.run(input, shape);
            assertThat(found.shape()).isEqualTo(expected.shape().dims());
            requireClose(found.values(), expected.toFloatArray());
            requireSameChoice(found.values(), expected);
        }
    }

    /** Equal within the tolerance. */
    static void requireClose(float[] found, float[] expected) {
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            difference = Math.max(difference, Math.abs((double) found[i] - expected[i]));
            assertThat(found[i]).isFinite();
        }
        assertThat(found).hasSameSizeAs(expected);
        assertThat(difference).isLessThanOrEqualTo(TOLERANCE * largest);
    }

    private static void requireSameChoice(float[] found, Tensor expected) {
        if (expected.shape().rank() == 2) {
            int classes = expected.shape().dim(1);
            float[] values = expected.toFloatArray();
            for (int from = 0; from < values.length; from += classes) {
                assertThat(best(found, from, classes)).isEqualTo(best(values, from, classes));
            }
        }
    }

    private static int best(float[] values, int from, int classes) {
        int best = 0;
        for (int c = 1; c < classes; c++) {
            best = values[from + c] > values[from + best] ? c : best;
        }
        return best;
    }
}
