package org.skipjack.kernels;

/** Where something lies: from element {@link #at} of the array of a {@link Bank}. */
public final class Slice {
    /** Stands for an operand that is not there. */
    public static final Slice NONE = new Slice(new float[0], 0);

    private final Bank bank;
    private final int at;

    /** From an element of an array. */
    public Slice(float[] array, int at) {
        this(new Bank(array), at);
    }

    /** From an element of whatever array a bank holds. */
    public Slice(Bank bank, int at) {
        this.bank = bank;
        this.at = at;
    }

    /** The array. */
    public float[] array() {
        return bank.array();
    }

    /** First element. */
    public int at() {
        return at;
    }

    /** The same array from {@code offset} elements further on. */
    public Slice plus(int offset) {
        return new Slice(bank, at + offset);
    }
}
