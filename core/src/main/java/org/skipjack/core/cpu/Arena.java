package org.skipjack.core.cpu;

/**
 * The working memory of a backend: one array, as large as the largest plan needs. Plans keep nothing in it between runs,
 * so all plans share it.
 */
final class Arena {
    /**
     * G1 has the elements of large arrays begin 16 bytes after a multiple of 64, and {@code -XX:ObjectAlignmentInBytes=64} those
     * of all arrays: element 12 is then the first on a cache line of its own. Elsewhere steps take a tenth longer.
     */
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
