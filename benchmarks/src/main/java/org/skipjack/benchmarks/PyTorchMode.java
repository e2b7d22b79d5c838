package org.skipjack.benchmarks;

/** How PyTorch runs a net besides memory format and threads. */
public enum PyTorchMode {
    /** As written, in float32. */
    EAGER("float32", ""),
    /** As written, convolutions and matrix products in bfloat16 by autocast, weights in float32. */
    BFLOAT16("bfloat16", ", bf16 autocast"),
    /** Traced, frozen and optimised for inference by TorchScript, which folds batch norm into convolutions. */
    FROZEN("frozen", ", frozen");

    private final String argument;
    private final String suffix;

    PyTorchMode(String argument, String suffix) {
        this.argument = argument;
        this.suffix = suffix;
    }

    /** What {@code pytorch_peer.py} calls it. */
    String argument() {
        return argument;
    }

    /** What distinguishes a side's name. */
    String suffix() {
        return suffix;
    }
}
