package org.skipjack.kernels;

/** Prints the choice of kernels, for {@link SimdTest} to read from a JVM with other options. */
final class SimdReport {
    private SimdReport() {}

    public static void main(String[] args) {
        System.out.println(Simd.AVAILABLE + " " + Simd.BITS + " " + Simd.REASON);
    }
}
