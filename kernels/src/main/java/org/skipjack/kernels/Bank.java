package org.skipjack.kernels;

/** Holds an array that may be exchanged for a longer one; whoever keeps the bank meets the new one, and keeps no old one alive. */
public final class Bank {
    private float[] array;

    /** A bank with an array. */
    public Bank(float[] array) {
        this.array = array;
    }

    /** The array that it holds now. */
    public float[] array() {
        return array;
    }

    /** Exchanges the array, while nothing computes with it. */
    public void exchange(float[] other) {
        array = other;
    }
}
