package org.skipjack.kernels;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The vector shape of all SIMD kernels: the machine's preferred one, at most one block of lanes. */
final class Species {
    static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED.length() > Lanes.COUNT
            ? FloatVector.SPECIES_512
            : FloatVector.SPECIES_PREFERRED;

    static final int LENGTH = F.length();

    /** Vector registers: 32 with vectors of 512 bits and on ARM, 16 of the other x86. */
    static final int REGISTERS =
            LENGTH == Lanes.COUNT || System.getProperty("os.arch").equals("aarch64") ? 32 : 16;

    private Species() {}
}
