package org.skipjack.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.skipjack.core.Parameter;
import org.skipjack.core.Shape;

/** What a seed draws, against PyTorch after {@code torch.manual_seed}. */
class InitSeedsTest {
    private static final Fixtures SEEDS = Fixtures.load("seeds");
    private static final double MEAN = 0.5;
    private static final double DEVIATION = 2;

    /** Fewer than 16 values PyTorch computes in double precision too. */
    private static final int BLOCK = 16;

    /**
     * 16 and more it computes with floats and polynomials. An angle up to 2π is rounded twice, to 4.8e-7 in all, and
     * multiplies a radius of at most √(2·24·log 2) = 5.8: 2.8e-6 deviations, and some roundings of results up to 12 (4.8e-7
     * each).
     */
    private static final double TOLERANCE = DEVIATION * 4e-6;

    static List<String> uniforms() {
        return SEEDS.cases("uniform");
    }

    static List<String> normals() {
        return SEEDS.cases("normal");
    }

    static List<String> exactNormals() {
        return SEEDS.cases("normal64");
    }

    private static RandomGenerator generator(String name) {
        return Init.generator(Long.parseLong(SEEDS.argument(name, "seed")));
    }

    private static float[] normal(int size, RandomGenerator random) {
        var values = new Parameter("values", Shape.of(size));
        Init.normal(values, MEAN, DEVIATION, random);
        return values.toFloatArray();
    }

    private static void assertNextFloats(String tensor, RandomGenerator random) {
        for (double expected : SEEDS.values(tensor)) {
            assertThat((double) random.nextFloat()).as(tensor).isEqualTo(expected);
        }
    }

    private static void assertClose(float[] found, double[] expected, double tolerance) {
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < found.length; i++) {
            assertThat((double) found[i]).as("element %d", i).isCloseTo(expected[i], within(tolerance));
        }
    }

    @ParameterizedTest
    @MethodSource("uniforms")
    void uniformValuesHavePyTorchsBits(String name) {
        double[] expected = SEEDS.values(name + "/uniform");
        var values = new Parameter(name, Shape.of(expected.length));
        double low = Double.parseDouble(SEEDS.argument(name, "low"));
        double high = Double.parseDouble(SEEDS.argument(name, "high"));
        Init.uniform(values, low, high, generator(name));
        assertThat(LayerFixturesTest.widen(values.toFloatArray())).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("normals")
    void normalValuesAreCloseToPyTorchsAndLeaveTheGeneratorWherePyTorchDoes(String name) {
        double[] expected = SEEDS.values(name + "/normal");
        var random = generator(name);
        assertClose(normal(expected.length, random), expected, expected.length < BLOCK ? 0 : TOLERANCE);
        assertNextFloats(name + "/after", random);
    }

    /** On any JDK and machine: the oracle is Python's double precision on PyTorch's uniform values. */
    @ParameterizedTest
    @MethodSource("exactNormals")
    void normalValuesAreThoseOfDoublePrecisionRoundedOnce(String name) {
        double[] expected = SEEDS.values(name + "/normal64");
        float[] found = normal(expected.length, generator(name));
        for (int i = 0; i < found.length; i++) {
            assertThat(found[i]).as("element %d", i).isEqualTo((float) expected[i]);
        }
    }

    @Test
    void theSecondOfAPairOfNormalValuesIsKeptForTheNextDraw() {
        var random = generator("kept");
        assertClose(normal(1, random), SEEDS.values("kept/one"), 0);
        assertNextFloats("kept/between", random);
        assertClose(normal(2, random), SEEDS.values("kept/two"), 0);
        assertNextFloats("kept/after", random);
    }
}
