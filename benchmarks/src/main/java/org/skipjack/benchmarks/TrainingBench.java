package org.skipjack.benchmarks;

/** One side of a comparison: a system, in one setting, that can train a problem's net. */
public interface TrainingBench {

    /** The system alone, such as {@code libtorch}. */
    String system();

    /** System and setting in a few words, such as {@code libtorch nchw}; no two sides share it. */
    String name();

    /** Whether nothing is set that a user would have to know of: just the number of threads. */
    boolean asItComes();

    /**
     * Builds the net, gives it the problem's weights and loads its data; no step is taken.
     *
     * @param threads that the steps may use
     */
    Session prepare(TrainingProblem problem, int threads);

    /** A net that trains. Used by one thread, which is the one that prepared it. */
    interface Session extends AutoCloseable {

        /**
         * Called before each turn, after other sides have had theirs: settings that hold for the whole process, such as
         * LibTorch's number of threads, are set again here.
         */
        void resume();

        /** Gives the net the problem's weights again. */
        void restart();

        /** One step on the problem's batch: forward, backward and update, finished when it returns. */
        void step();

        /** Takes steps and notes the duration of each in {@code nanos}, indices {@code from} to {@code to}, exclusive. */
        default void time(long[] nanos, int from, int to) {
            for (int i = from; i < to; i++) {
                long start = System.nanoTime();
                step();
                nanos[i] = System.nanoTime() - start;
            }
        }

        /** Mean loss of the batch that the last step saw, before that step's update. */
        float lossOfLastStep();

        @Override
        void close();
    }
}
