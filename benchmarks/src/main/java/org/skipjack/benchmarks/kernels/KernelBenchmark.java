package org.skipjack.benchmarks.kernels;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What all families have in common: calls per second, two seconds of warm-up for the compiler, and a process of its own.
 *
 * <p>{@code -jvmArgsAppend -Dskipjack.simd=off} measures the scalar twins.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 10, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public abstract class KernelBenchmark {

    /** Gradients and sums are taken over a batch of so many blocks. */
    static final int BLOCKS = 16;

    private static final double GIGA = 1e9;

    /** Arithmetic that was done; JMH reports it per second. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Arithmetic {
        /** A multiply-add counts as two floating-point operations. */
        public double gflop;

        void count(long flops) {
            gflop += flops / GIGA;
        }
    }

    /** Memory that was moved; JMH reports it per second. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Traffic {
        /** Each operand counts once as it is read, each result once as it is written. */
        public double gbyte;

        void count(long floats) {
            gbyte += Float.BYTES * floats / GIGA;
        }
    }

    /** The numbers in a parameter such as {@code 6x24x24}. */
    static int[] sizes(String parameter) {
        return Arrays.stream(parameter.split("[^0-9]+", -1))
                .filter(number -> !number.isEmpty())
                .mapToInt(Integer::parseInt)
                .toArray();
    }

    /** Whole numbers from -2 to 2: sums of their products are exact, in whatever order. */
    static float[] wholeNumbers(int length, long seed) {
        var random = new SplittableRandom(seed);
        var values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = random.nextInt(-2, 3);
        }
        return values;
    }

    /** Numbers from -2 to 2. */
    static float[] numbers(int length, long seed) {
        var random = new SplittableRandom(seed);
        var values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextDouble(-2, 2);
        }
        return values;
    }

    /**
     * Refuses to time a kernel that computes something else.
     *
     * @param tolerance absolute, or relative where the expected number is larger than 1; 0 for exact
     * @throws IllegalStateException if an element differs by more
     */
    static void require(String kernel, double[] expected, float[] actual, double tolerance) {
        for (int i = 0; i < expected.length; i++) {
            double allowed = tolerance * Math.max(1, Math.abs(expected[i]));
            // Negated, so that NaN fails too.
            if (!(Math.abs(actual[i] - expected[i]) <= allowed)) {
                throw new IllegalStateException("[%s]: element %d is %s, plain loops give %s; it is not timed"
                        .formatted(kernel, i, actual[i], expected[i]));
            }
        }
    }
}
