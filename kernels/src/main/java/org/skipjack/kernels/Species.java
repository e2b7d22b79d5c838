package org.skipjack.kernels;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The vector shape of all SIMD kernels: the machine's preferred one, at most one block of lanes. */
final class Species {
    static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED.length() > Lanes.COUNT
            ? FloatVector.SPECIES_512
            : FloatVector.SPECIES_PREFERRED;

    static final int LENGTH = F.length();

    private Species() {}
}
