package org.skipjack.benchmarks;

import java.util.List;

/**
 * A way to run LibTorch on the CPU, in single precision.
 *
 * @param channelsLast memory format of images and convolution weights: {@code channels_last}, otherwise contiguous NCHW
 * @param oneDnn whether LibTorch may use oneDNN; its own loops over OpenBLAS otherwise
 * @param blasThreads whether OpenBLAS gets as many threads as LibTorch; one otherwise. OpenBLAS's threads are not
 *     LibTorch's OpenMP threads, so the two kinds compete for the same cores, and both spin while they wait
 */
public record LibTorchSetting(boolean channelsLast, boolean oneDnn, boolean blasThreads) implements TrainingBench {

    /** Every setting worth a try; a comparison counts the fastest. */
    public static final List<LibTorchSetting> ALL = List.of(
            new LibTorchSetting(false, true, false),
            new LibTorchSetting(true, true, false),
            new LibTorchSetting(false, false, false),
            new LibTorchSetting(true, false, false),
            // As it comes out of the box.
            new LibTorchSetting(false, true, true));

    @Override
    public String name() {
        return "libtorch " + (channelsLast ? "channels_last" : "nchw") + (oneDnn ? "" : ", no onednn")
                + (blasThreads ? ", blas threads" : "");
    }

    @Override
    public LibTorchPeer prepare(TrainingProblem problem, int threads) {
        return new LibTorchPeer(this, problem, threads);
    }
}
