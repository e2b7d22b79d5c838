package org.skipjack.core.cpu;

/**
 * The working memory of a backend: one array, as large as the largest plan needs. Plans keep nothing in it between runs,
 * so all plans share it.
 */
final class Arena {
    /** Large arrays start 16 bytes before a multiple of 64; element 12 is the first on a cache line of its own. */
    static final int FIRST = 12;

    private float[] floats = new float[0];

    float[] floats() {
        return floats;
    }

    void reserve(int length) {
        if (floats.length < length) {
            floats = new float[0];
            floats = new float[Math.max(length, 1 << 20)];
        }
    }
}
