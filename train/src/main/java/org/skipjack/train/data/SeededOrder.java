package org.skipjack.train.data;

/**
 * The order of the examples in one epoch: a permutation that depends on (seed, epoch) alone, so that any epoch can be
 * replayed without those before it, on any Java version.
 *
 * <p>Written down, because the bits are part of what a run means. With {@code mix} the finaliser of SplitMix64 and
 * {@code G = 0x9E3779B97F4A7C15}, all arithmetic modulo 2^64:
 *
 * <pre>
 *   state = mix(seed + G) + epoch * G,  then state = mix(state)
 *   next()     = mix(state += G)
 *   below(n)   = high 64 bits of next() * n, redrawn while the low 64 bits are below 2^64 mod n
 *   order      = 0, 1, .., n - 1;  for i = n - 1 down to 1: swap order[i], order[below(i + 1)]
 * </pre>
 *
 * <p>SplitMix64: G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014. Unbiased
 * bounded numbers: D. Lemire, "Fast random integer generation in an interval", 2019. The shuffle is Fisher's and
 * Yates's.
 */
final class SeededOrder {

    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private long state;

    private SeededOrder(long seed, int epoch) {
        state = mix(mix(seed + GOLDEN_GAMMA) + epoch * GOLDEN_GAMMA);
    }

    /** Fills {@code order} with the permutation of {@code 0 .. order.length - 1} for this seed and epoch. */
    static void shuffle(int[] order, long seed, int epoch) {
        var random = new SeededOrder(seed, epoch);
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        for (int i = order.length - 1; i > 0; i--) {
            int j = random.below(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    private long next() {
        state += GOLDEN_GAMMA;
        return mix(state);
    }

    private int below(int bound) {
        long biased = Long.remainderUnsigned(-bound, bound); // 2^64 mod bound
        long random = next();
        while (Long.compareUnsigned(random * bound, biased) < 0) {
            random = next();
        }
        return (int) Math.unsignedMultiplyHigh(random, bound);
    }
}
