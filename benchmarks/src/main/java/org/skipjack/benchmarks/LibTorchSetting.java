package org.skipjack.benchmarks;

import java.util.List;

/**
 * A way to run LibTorch on the CPU, in single precision and with oneDNN. Without oneDNN its own loops over OpenBLAS took
 * five times as long at their best, on two Zen 5 cores.
 *
 * @param channelsLast memory format of images and convolution weights: {@code channels_last}, otherwise contiguous NCHW
 * @param blasThreads whether OpenBLAS gets as many threads as LibTorch, as it does unless told otherwise; one if not.
 *     OpenBLAS's threads are not LibTorch's OpenMP threads, so the two kinds compete for the same cores, and both spin
 *     while they wait: on two cores a step of LeNet takes several times as long
 */
public record LibTorchSetting(boolean channelsLast, boolean blasThreads) implements Bench {

    /** The one that nothing is set for. */
    public static final LibTorchSetting AS_IT_COMES = new LibTorchSetting(false, true);

    /** Every setting; the fastest is LibTorch at its best. */
    public static final List<LibTorchSetting> ALL = List.of(
            AS_IT_COMES,
            new LibTorchSetting(true, true),
            new LibTorchSetting(false, false),
            new LibTorchSetting(true, false));

    @Override
    public String system() {
        return "libtorch";
    }

    @Override
    public String name() {
        return system() + " " + description();
    }

    /** The setting alone, without the system. */
    String description() {
        return (channelsLast ? "channels_last" : "nchw") + (blasThreads ? ", blas threads" : ", 1 blas thread");
    }

    @Override
    public boolean asItComes() {
        return equals(AS_IT_COMES);
    }

    @Override
    public LibTorchSession prepare(Problem problem, int threads) {
        return new LibTorchSession(this, problem, threads);
    }
}
