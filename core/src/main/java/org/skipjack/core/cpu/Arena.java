package org.skipjack.core.cpu;

import java.util.Arrays;
import org.skipjack.kernels.Bank;

/**
 * The working memory of a backend: some arrays, the banks, each as long as any plan needs it. Plans keep nothing in them between
 * runs, so all plans share them.
 *
 * <p>The JVM clears a new array in one go, 0.3 seconds and under load several for a gigabyte, and heeds no signal before it is
 * done. One array holds 8 GiB at most. Hence several.
 */
final class Arena {
    /**
     * G1 has the elements of large arrays begin 16 bytes after a multiple of 64, and {@code -XX:ObjectAlignmentInBytes=64} those
     * of all arrays: element 12 is then the first on a cache line of its own. Elsewhere steps take a tenth longer.
     */
    static final int FIRST = 12;

    /** Floats of a bank unless one value needs more: 128 MiB are cleared in some 30 milliseconds. */
    static final int BANK = 1 << 25;

    /** Floats of the shortest array: it does not have to grow for each plan that is a little larger. */
    private static final int SMALLEST = 1 << 20;

    private static final float[] EMPTY = new float[0];

    private final int bankLength;
    private Bank[] banks = new Bank[0];

    Arena(int bankLength) {
        this.bankLength = bankLength;
    }

    int bankLength() {
        return bankLength;
    }

    int count() {
        return banks.length;
    }

    Bank bank(int index) {
        return banks[index];
    }

    /** Has each bank hold so many floats; what is too short is released before anything is allocated. */
    void reserve(int[] lengths) {
        Bank[] all = Arrays.copyOf(banks, Math.max(banks.length, lengths.length));
        for (int i = banks.length; i < all.length; i++) {
            all[i] = new Bank(EMPTY);
        }
        banks = all;
        for (int i = 0; i < lengths.length; i++) {
            if (all[i].array().length < lengths[i]) {
                all[i].exchange(EMPTY);
            }
        }
        for (int i = 0; i < lengths.length; i++) {
            if (all[i].array().length < lengths[i]) {
                all[i].exchange(new float[Math.max(lengths[i], Math.min(SMALLEST, bankLength))]);
            }
        }
    }
}
