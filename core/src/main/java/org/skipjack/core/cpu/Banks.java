package org.skipjack.core.cpu;

import java.util.ArrayList;
import java.util.List;

/**
 * Where the values of a plan lie in the banks of an arena: each in the first bank with a gap that is long enough and free while it
 * is needed. A value lies in one bank, as kernels read one array; one that is longer than banks usually are makes a bank of its
 * length.
 */
final class Banks {
    private static final class Bank {
        final Slots slots;
        int length = Arena.FIRST;

        Bank(int capacity) {
            slots = new Slots(capacity);
        }
    }

    private final Arena arena;
    private final List<Bank> banks = new ArrayList<>();

    Banks(Arena arena) {
        this.arena = arena;
    }

    /**
     * Takes memory from one time to another, inclusive.
     *
     * @param length floats, a multiple of 16
     * @param blockStride floats from one block's piece to the next one's, 0 if there is one piece
     */
    Place place(int from, int to, int length, int blockStride) {
        for (int index = 0; ; index++) {
            if (index == banks.size()) {
                banks.add(new Bank(Math.max(arena.bankLength(), length)));
            }
            Bank bank = banks.get(index);
            long offset = bank.slots.fit(from, to, length);
            if (offset != Slots.NONE) {
                int first = Arena.FIRST + (int) offset;
                bank.length = Math.max(bank.length, first + length);
                return Place.in(arena, index, first, blockStride);
            }
        }
    }

    /** What each bank has to hold. */
    int[] lengths() {
        return banks.stream().mapToInt(bank -> bank.length).toArray();
    }

    /** Floats of all banks together. */
    long floats() {
        return banks.stream().mapToLong(bank -> bank.length).sum();
    }
}
