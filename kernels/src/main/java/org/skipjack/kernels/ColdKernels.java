package org.skipjack.kernels;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Generated kernels that the JVM has not compiled. Until it has, each vector is an object and a kernel takes a hundred times
 * as long; and as one call on a large map is millions of operations, the thousands of calls that the JVM waits for before it
 * compiles would take minutes. Here they are short ones: on scratch, with loops of a few rounds.
 */
public final class ColdKernels {
    /**
     * Rounds of a kernel's loops. With one, the compiler takes them for no loops and keeps their sums in memory: a third slower
     * (measured on Zen 5 with convolutions of 512 channels).
     */
    static final int ROUNDS = 4;

    /** Floats that a kernel is called on. */
    public static final int SCRATCH = 1 << 21;

    /** How often an address may add an offset, so that none leaves the scratch. */
    private static final int OFFSETS = 6;

    private static final int CALLS_AT_A_TIME = 32;

    /** The JVM asks for its best compiler after 5,000 calls or some more, the longer its queue the later. */
    private static final int CALLS_BEFORE_WAITING = 6000;

    /** Nanoseconds for each operation on vectors, below which they are no objects: those take 20. */
    private static final long COMPILED = 4;

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(5);
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(1);

    private static final Queue<Consumer<float[]>> COLD = new ConcurrentLinkedQueue<>();
    private static final Map<List<Object>, MethodHandle> CALLS = new ConcurrentHashMap<>();

    /**
     * A kernel whose long loops end after {@link #ROUNDS}.
     *
     * @param type the interface with its method {@code run}
     * @param parameters of that method
     */
    record Cold(Class<?> type, MethodType parameters, Object kernel) {}

    private ColdKernels() {}

    /**
     * Adds a kernel, unless it reaches so far that it could leave the scratch. An exception would do lasting harm: the compiler
     * would expect more of them in all kernels.
     *
     * @param counts parameters by slot that say how often a loop runs
     * @param factors those that multiply something: strides and indices. All other ints are offsets.
     * @param reach largest number that the kernel adds to an offset at once
     * @param operations vector operations of one call
     */
    static void add(Cold cold, BitSet counts, BitSet factors, long reach, int operations) {
        if (reach * OFFSETS < SCRATCH / 2) {
            MethodHandle run =
                    CALLS.computeIfAbsent(List.of(cold.type, counts, factors), k -> call(cold, counts, factors));
            COLD.add(scratch -> warm(run, cold.kernel, scratch, operations));
        }
    }

    /** Calls any kernel of a type on an array. Through a handle that is no constant, the compiler cannot inline it. */
    private static MethodHandle call(Cold cold, BitSet counts, BitSet factors) {
        MethodType parameters = cold.parameters;
        try {
            MethodHandle run = MethodHandles.privateLookupIn(cold.type, MethodHandles.lookup())
                    .findVirtual(cold.type, "run", parameters);
            for (int i = parameters.parameterCount(); i > 0; i--) {
                Class<?> p = parameters.parameterType(i - 1);
                if (p == int.class) {
                    int number = counts.get(i) ? ROUNDS : factors.get(i) ? 1 : SCRATCH / 2;
                    run = MethodHandles.insertArguments(run, i, number);
                } else if (p == float.class) {
                    run = MethodHandles.insertArguments(run, i, 0f);
                }
            }
            var same = new int[run.type().parameterCount()];
            Arrays.fill(same, 1, same.length, 1);
            var one = MethodType.methodType(void.class, cold.type, float[].class);
            return MethodHandles.permuteArguments(run, one, same)
                    .asType(MethodType.methodType(void.class, Object.class, float[].class));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot call kernels " + cold.type.getSimpleName(), e);
        }
    }

    /**
     * Takes the kernels that have been generated since the last call. Each consumer calls one, on {@link #SCRATCH} floats,
     * until it is compiled; several may run at the same time, each on floats of its own.
     */
    public static List<Consumer<float[]>> take() {
        var taken = new ArrayList<Consumer<float[]>>();
        for (Consumer<float[]> next = COLD.poll(); next != null; next = COLD.poll()) {
            taken.add(next);
        }
        return taken;
    }

    private static void warm(MethodHandle run, Object kernel, float[] scratch, int operations) {
        long start = System.nanoTime();
        for (int calls = 0; System.nanoTime() - start < PATIENCE; calls += CALLS_AT_A_TIME) {
            long before = System.nanoTime();
            try {
                for (int i = 0; i < CALLS_AT_A_TIME; i++) {
                    run.invokeExact(kernel, scratch);
                }
            } catch (Throwable e) {
                throw new IllegalStateException("cannot call " + kernel, e);
            }
            if (System.nanoTime() - before < CALLS_AT_A_TIME * COMPILED * operations) {
                return;
            }
            if (calls > CALLS_BEFORE_WAITING) {
                LockSupport.parkNanos(PAUSE);
            }
        }
    }
}
