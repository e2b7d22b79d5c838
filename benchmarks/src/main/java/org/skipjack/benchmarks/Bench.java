package org.skipjack.benchmarks;

import java.util.OptionalLong;

/** One side of a comparison: a system, in one setting, that can train and run a problem's net. */
public interface Bench {

    /** The system alone, such as {@code libtorch}. */
    String system();

    /** System and setting in a few words, such as {@code libtorch nchw}; no two sides share it. */
    String name();

    /** Whether nothing is set that a user would have to know of: just the number of threads. */
    boolean asItComes();

    /** Whether it multiplies in bfloat16: a different sum, which is compared in a column of its own. */
    default boolean bfloat16() {
        return false;
    }

    /** Whether a comparison without it has no sense, so that its failure is the comparison's. */
    default boolean required() {
        return false;
    }

    /**
     * Builds the net, gives it the problem's weights and loads its data; no step is taken.
     *
     * @param threads that the steps may use
     */
    Session prepare(Problem problem, int threads);

    /** A net at its task. Used by one thread, which is the one that prepared it. */
    interface Session extends AutoCloseable {

        /**
         * Called before each turn, after other sides have had theirs: settings that hold for the whole process, such as
         * LibTorch's number of threads, are set again here.
         */
        void resume();

        /** Gives the net the problem's weights again. */
        void restart();

        /** One step on the problem's batch, finished when it returns. */
        void step();

        /** Takes steps and notes the duration of each in {@code nanos}, indices {@code from} to {@code to}, exclusive. */
        default void time(long[] nanos, int from, int to) {
            for (int i = from; i < to; i++) {
                long start = System.nanoTime();
                step();
                nanos[i] = System.nanoTime() - start;
            }
        }

        /** Mean loss of the batch that the last step saw, in training before that step's update. */
        float lossOfLastStep();

        /** Bytes that the system knows beforehand to need for variables and a step; empty if it knows none. */
        default OptionalLong plannedBytes() {
            return OptionalLong.empty();
        }

        /** The most memory that this side's process has had resident; empty if others share it or it is unknown. */
        default OptionalLong residentBytes() {
            return OptionalLong.empty();
        }

        @Override
        void close();
    }
}
