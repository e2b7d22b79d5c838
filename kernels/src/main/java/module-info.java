/** Arithmetic on {@code float[]} ranges: SIMD kernels and their scalar twins. Open {@code org.skipjack.kernels} first. */
module org.skipjack.kernels {
    requires static org.jspecify;
    // Optional: without the incubator module the scalar twins run.
    requires static jdk.incubator.vector;

    exports org.skipjack.kernels;
}
