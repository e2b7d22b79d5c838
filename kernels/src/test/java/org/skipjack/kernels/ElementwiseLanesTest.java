package org.skipjack.kernels;

import static org.skipjack.kernels.Closeness.assertSameBits;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every function with one correct result: bit for bit, at every length around a vector, in place and beside. */
class ElementwiseLanesTest {
    private static final int[] LENGTHS = {0, 1, 3, 4, 7, 8, 15, 16, 17, 31, 33, 100, 256};

    interface Binary {
        void run(float[] out, int o, float[] a, int p, float[] b, int q, int n);
    }

    interface Unary {
        void run(float[] out, int o, float[] a, int p, int n);
    }

    interface OneOfTwo {
        float of(float a, float b);
    }

    interface OneOfOne {
        float of(float a);
    }

    static Stream<Arguments> binaries() {
        return Stream.of(
                binary("add", ElementwiseLanes::add, Float::sum),
                binary("subtract", ElementwiseLanes::subtract, (a, b) -> a - b),
                binary("multiply", ElementwiseLanes::multiply, (a, b) -> a * b),
                binary("divide", ElementwiseLanes::divide, (a, b) -> a / b),
                binary("maximum", ElementwiseLanes::maximum, Math::max),
                binary("minimum", ElementwiseLanes::minimum, Math::min),
                binary("greater", ElementwiseLanes::greater, (a, b) -> a > b ? 1f : 0f),
                binary("equal", ElementwiseLanes::equal, (a, b) -> a == b ? 1f : 0f),
                binary("sigmoidGradient", ElementwiseLanes::sigmoidGradient, (y, g) -> g * y * (1f - y)),
                binary("tanhGradient", ElementwiseLanes::tanhGradient, (y, g) -> g * (1f - y * y)),
                binary("reluGradient", ElementwiseLanes::reluGradient, (y, g) -> y > 0f ? g : 0f),
                binary("add, scalar", ElementwiseLanesScalar::add, Float::sum),
                binary("subtract, scalar", ElementwiseLanesScalar::subtract, (a, b) -> a - b),
                binary("multiply, scalar", ElementwiseLanesScalar::multiply, (a, b) -> a * b),
                binary("divide, scalar", ElementwiseLanesScalar::divide, (a, b) -> a / b),
                binary("maximum, scalar", ElementwiseLanesScalar::maximum, Math::max),
                binary("minimum, scalar", ElementwiseLanesScalar::minimum, Math::min),
                binary("greater, scalar", ElementwiseLanesScalar::greater, (a, b) -> a > b ? 1f : 0f),
                binary("equal, scalar", ElementwiseLanesScalar::equal, (a, b) -> a == b ? 1f : 0f),
                binary("sigmoidGradient, scalar", ElementwiseLanesScalar::sigmoidGradient, (y, g) -> g * y * (1f - y)),
                binary("tanhGradient, scalar", ElementwiseLanesScalar::tanhGradient, (y, g) -> g * (1f - y * y)),
                binary("reluGradient, scalar", ElementwiseLanesScalar::reluGradient, (y, g) -> y > 0f ? g : 0f));
    }

    static Stream<Arguments> unaries() {
        return Stream.of(
                unary("negate", ElementwiseLanes::negate, a -> -a),
                unary("abs", ElementwiseLanes::abs, Math::abs),
                unary("square", ElementwiseLanes::square, a -> a * a),
                unary("sqrt", ElementwiseLanes::sqrt, a -> (float) Math.sqrt(a)),
                unary("log", ElementwiseLanes::log, a -> (float) StrictMath.log(a)),
                unary("relu", ElementwiseLanes::relu, a -> Math.max(a, 0f)),
                unary("negate, scalar", ElementwiseLanesScalar::negate, a -> -a),
                unary("abs, scalar", ElementwiseLanesScalar::abs, Math::abs),
                unary("square, scalar", ElementwiseLanesScalar::square, a -> a * a),
                unary("sqrt, scalar", ElementwiseLanesScalar::sqrt, a -> (float) Math.sqrt(a)),
                unary("relu, scalar", ElementwiseLanesScalar::relu, a -> Math.max(a, 0f)));
    }

    private static Arguments binary(String name, Binary kernel, OneOfTwo function) {
        return Arguments.of(name, kernel, function);
    }

    private static Arguments unary(String name, Unary kernel, OneOfOne function) {
        return Arguments.of(name, kernel, function);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("binaries")
    void functionsOfTwoRanges(String name, Binary kernel, OneOfTwo function) {
        Random random = new Random(name.hashCode());
        for (int n : LENGTHS) {
            float[] a = Draws.withSpecials(random, n);
            float[] b = Draws.withSpecials(random, n);
            float[] expected = new float[n];
            for (int i = 0; i < n; i++) {
                expected[i] = function.of(a[i], b[i]);
            }
            Guarded first = Guarded.input(12, a);
            Guarded second = Guarded.input(28, b);
            Guarded out = Guarded.output(5, n);

            kernel.run(out.array(), 5, first.array(), 12, second.array(), 28, n);
            assertSameBits(out.values(), expected);
            kernel.run(first.array(), 12, first.array(), 12, second.array(), 28, n);
            assertSameBits(first.values(), expected);
            assertSameBits(second.values(), b);
            first = Guarded.input(12, a);
            kernel.run(second.array(), 28, first.array(), 12, second.array(), 28, n);
            assertSameBits(second.values(), expected);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unaries")
    void functionsOfOneRange(String name, Unary kernel, OneOfOne function) {
        Random random = new Random(name.hashCode());
        for (int n : LENGTHS) {
            float[] a = Draws.withSpecials(random, n);
            float[] expected = new float[n];
            for (int i = 0; i < n; i++) {
                expected[i] = function.of(a[i]);
            }
            Guarded in = Guarded.input(12, a);
            Guarded out = Guarded.output(5, n);

            kernel.run(out.array(), 5, in.array(), 12, n);
            assertSameBits(out.values(), expected);
            assertSameBits(in.values(), a);
            kernel.run(in.array(), 12, in.array(), 12, n);
            assertSameBits(in.values(), expected);
        }
    }
}
