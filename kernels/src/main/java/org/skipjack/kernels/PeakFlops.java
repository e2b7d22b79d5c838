package org.skipjack.kernels;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What this machine can do at most: fused multiply-adds on registers alone, without memory. The yardstick of every share of
 * peak; the only class here that starts threads.
 *
 * <p>Loops of 12 and of 16 independent chains run, and the faster counts: 12 hide the latency of processors with 2 pipes and
 * fit the 16 registers of AVX2, 16 are needed by processors with 4 pipes.
 */
public final class PeakFlops {
    /** Nanoseconds. The loops are compiled once their rate has not risen for that long. */
    private static final long QUIET = 100_000_000L;

    private static final long WINDOW = 5_000_000L;
    private static final long MEASURED = 50_000_000L;

    /** Takes the loops' results, so that none may be left out. */
    @SuppressWarnings("unused")
    private static volatile float sink;

    private interface Loop {
        float run(int iterations);
    }

    private PeakFlops() {}

    /**
     * Billions of floating-point operations per second of {@code threads} threads at once, a multiply-add counting as two.
     * Takes about half a second.
     *
     * @throws IllegalArgumentException if {@code threads} is not positive
     * @throws IllegalStateException if the thread is interrupted meanwhile
     */
    public static double measure(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("[peakFlops]: " + threads + " threads; at least 1 is needed");
        }
        double best;
        if (Simd.AVAILABLE) {
            best = Math.max(
                    12 * measure(threads, PeakFlopsSimd::chains12), 16 * measure(threads, PeakFlopsSimd::chains16));
        } else {
            best = 12 * measure(threads, PeakFlops::chains12);
        }
        return best * 2 * Simd.BITS / 32 / 1e9;
    }

    /** Iterations per second of all threads together. */
    private static double measure(int threads, Loop loop) {
        warmUp(loop);
        CyclicBarrier start = new CyclicBarrier(threads);
        List<Future<Double>> rates = new ArrayList<>();
        try (var pool = Executors.newFixedThreadPool(threads)) {
            for (int i = 0; i < threads; i++) {
                rates.add(pool.submit(() -> {
                    start.await();
                    rate(loop, WINDOW);
                    return rate(loop, MEASURED);
                }));
            }
            double sum = 0;
            for (Future<Double> rate : rates) {
                sum += rate.get();
            }
            return sum;
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("[peakFlops]: the measurement was interrupted", e);
        }
    }

    /** Short calls first: uncompiled vector code is thousands of times slower, and calls count towards its compilation. */
    private static void warmUp(Loop loop) {
        for (int i = 0; i < 1000; i++) {
            sink = loop.run(25);
        }
        double best = 0;
        for (long quiet = 0; quiet < QUIET; quiet += WINDOW) {
            double rate = rate(loop, WINDOW);
            if (rate > 1.2 * best) {
                best = rate;
                quiet = 0;
            }
        }
    }

    private static double rate(Loop loop, long nanos) {
        long begin = System.nanoTime();
        long elapsed = 0;
        long iterations = 0;
        while (elapsed < nanos) {
            sink = loop.run(1000);
            iterations += 1000;
            elapsed = System.nanoTime() - begin;
        }
        return iterations * 1e9 / elapsed;
    }

    /** Each chain halves and adds a half: its values stay about 1. */
    private static float chains12(int iterations) {
        float h = 0.5f;
        float a0 = 0f;
        float a1 = 1f;
        float a2 = 2f;
        float a3 = 3f;
        float a4 = 4f;
        float a5 = 5f;
        float a6 = 6f;
        float a7 = 7f;
        float a8 = 8f;
        float a9 = 9f;
        float a10 = 10f;
        float a11 = 11f;
        for (int i = 0; i < iterations; i++) {
            a0 = Math.fma(a0, h, h);
            a1 = Math.fma(a1, h, h);
            a2 = Math.fma(a2, h, h);
            a3 = Math.fma(a3, h, h);
            a4 = Math.fma(a4, h, h);
            a5 = Math.fma(a5, h, h);
            a6 = Math.fma(a6, h, h);
            a7 = Math.fma(a7, h, h);
            a8 = Math.fma(a8, h, h);
            a9 = Math.fma(a9, h, h);
            a10 = Math.fma(a10, h, h);
            a11 = Math.fma(a11, h, h);
        }
        return a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8 + a9 + a10 + a11;
    }
}
