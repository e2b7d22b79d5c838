package org.skipjack.kernels;

import java.util.List;

/**
 * The one place that decides between SIMD kernels and their scalar twins, and says why.
 *
 * <p>SIMD needs the module {@code jdk.incubator.vector} ({@code --add-modules jdk.incubator.vector}) and vectors of at
 * least 128 bits. {@code -Dskipjack.simd=off} chooses the scalar twins.
 */
public final class Simd {
    /** Whether kernels run on the Vector API. Constant, so that the other branch disappears from compiled code. */
    public static final boolean AVAILABLE;

    /** Width of the vectors in bits; 32 when scalar. */
    public static final int BITS;

    /** Whether there are 16 vector registers instead of 32. */
    static final boolean FEW_REGISTERS;

    /** Whether this is x86, which keeps loads in order by itself. */
    static final boolean X86 = List.of("amd64", "x86_64").contains(System.getProperty("os.arch"));

    /** Why kernels are scalar, in one line with the remedy; empty when they are SIMD. */
    public static final String REASON;

    static {
        String reason = "";
        int bits = 32;
        if (System.getProperty("skipjack.simd", "on").equals("off")) {
            reason = "switched off by -Dskipjack.simd=off";
        } else if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
            reason = "module jdk.incubator.vector is absent; start java with --add-modules jdk.incubator.vector";
        } else {
            bits = Species.LENGTH * 32;
            if (bits < 128) {
                reason = "this machine's vectors have " + bits + " bits, 128 are needed";
            }
        }
        REASON = reason;
        AVAILABLE = reason.isEmpty();
        BITS = AVAILABLE ? bits : 32;
        FEW_REGISTERS = AVAILABLE && Species.REGISTERS < 32;
    }

    private Simd() {}
}
