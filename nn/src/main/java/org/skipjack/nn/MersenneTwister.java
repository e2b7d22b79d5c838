package org.skipjack.nn;

import java.util.random.RandomGenerator;

/**
 * PyTorch's generator on the CPU, draw for draw: MT19937, and the way in which PyTorch makes other numbers of its 32-bit
 * ones.
 *
 * <pre>
 *   nextInt()       one output
 *   nextLong()      two, the first as the high half
 *   nextFloat()     the low 24 bits of one output, times 2^-24
 *   nextDouble()    the low 53 bits of nextLong(), times 2^-53
 *   nextGaussian()  Box's and Muller's pair: u, v = nextDouble(), r = √(-2 log(1 - v)); r cos 2πu, then r sin 2πu
 * </pre>
 *
 * <p>Not thread-safe. M. Matsumoto, T. Nishimura, "Mersenne Twister: a 623-dimensionally equidistributed uniform
 * pseudorandom number generator", 1998; PyTorch's {@code MT19937RNGEngine.h}, {@code TransformationHelper.h} and {@code
 * DistributionsHelper.h}.
 */
final class MersenneTwister implements RandomGenerator {
    private static final int SIZE = 624;
    private static final int MIDDLE = 397;
    private static final int SEED_FACTOR = 1_812_433_253;
    private static final int MATRIX = 0x9908B0DF;
    private static final int FLOAT_MASK = 0xFFFFFF;
    private static final long DOUBLE_MASK = (1L << 53) - 1;

    private final int[] state = new int[SIZE];
    private int next = SIZE;
    private double spareGaussian;
    private boolean hasSpareGaussian;

    /** Seeded as by {@code torch.manual_seed(seed)}, which takes the low 32 bits. */
    MersenneTwister(long seed) {
        state[0] = (int) seed;
        for (int i = 1; i < SIZE; i++) {
            state[i] = SEED_FACTOR * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
        }
    }

    @Override
    public int nextInt() {
        if (next == SIZE) {
            twist();
        }
        return tempered(state[next++]);
    }

    @Override
    public long nextLong() {
        long high = nextInt();
        return (high << 32) | Integer.toUnsignedLong(nextInt());
    }

    @Override
    public float nextFloat() {
        return fraction(nextInt());
    }

    /** The numbers that as many calls of {@link #nextFloat} give; in loops that the compiler turns into vectors. */
    void nextFloats(float[] values, int start) {
        for (int i = start; i < values.length; ) {
            if (next == SIZE) {
                twist();
            }
            int shift = next - i;
            int end = i + Math.min(SIZE - next, values.length - i);
            for (int k = i; k < end; k++) {
                values[k] = fraction(tempered(state[k + shift]));
            }
            next = end + shift;
            i = end;
        }
    }

    @Override
    public double nextDouble() {
        return (nextLong() & DOUBLE_MASK) * 0x1p-53;
    }

    /** With {@link StrictMath}, so that every JDK draws the same bits. */
    @Override
    public double nextGaussian() {
        if (hasSpareGaussian) {
            hasSpareGaussian = false;
            return spareGaussian;
        }
        double angle = 2 * Math.PI * nextDouble();
        double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - nextDouble()));
        spareGaussian = radius * StrictMath.sin(angle);
        hasSpareGaussian = true;
        return radius * StrictMath.cos(angle);
    }

    /** The next 624 words; in three loops, none of which has to wrap around. */
    private void twist() {
        int i = 0;
        for (; i < SIZE - MIDDLE; i++) {
            state[i] = state[i + MIDDLE] ^ mixed(state[i], state[i + 1]);
        }
        for (; i < SIZE - 1; i++) {
            state[i] = state[i + MIDDLE - SIZE] ^ mixed(state[i], state[i + 1]);
        }
        state[i] = state[MIDDLE - 1] ^ mixed(state[i], state[0]);
        next = 0;
    }

    private static int tempered(int word) {
        int y = word ^ (word >>> 11);
        y ^= (y << 7) & 0x9D2C5680;
        y ^= (y << 15) & 0xEFC60000;
        return y ^ (y >>> 18);
    }

    private static float fraction(int word) {
        return (word & FLOAT_MASK) * 0x1p-24f;
    }

    private static int mixed(int word, int following) {
        int joined = (word & 0x80000000) | (following & 0x7FFFFFFF);
        return (joined >>> 1) ^ (-(following & 1) & MATRIX);
    }
}
