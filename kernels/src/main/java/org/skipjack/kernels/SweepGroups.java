package org.skipjack.kernels;

import static org.skipjack.kernels.Lanes.COUNT;

import java.util.List;

/**
 * Maps divided among the tasks of a sweep. Each task reads what all blocks have, so that the more blocks there are the fewer tasks
 * pay: measured on a Zen 4, whose second-level cache holds what 4 blocks of 512 channels of 3x3 have.
 */
final class SweepGroups {
    /** Maps of the largest task, in sixteens. */
    static final int MOST = 4;

    private final List<Integer> sizes;

    /** Divides {@code maps}, a multiple of 16. */
    SweepGroups(int maps, int blocks) {
        this.sizes = ConvTiles.portions(maps / COUNT, Math.clamp(Math.ceilDiv(blocks, 4), 1, MOST));
    }

    int tasks() {
        return sizes.size();
    }

    /** Maps of a task in sixteens. */
    int size(int task) {
        return sizes.get(task);
    }

    /** A task's first map. */
    int first(int task) {
        int first = 0;
        for (int i = 0; i < task; i++) {
            first += sizes.get(i);
        }
        return first * COUNT;
    }
}
