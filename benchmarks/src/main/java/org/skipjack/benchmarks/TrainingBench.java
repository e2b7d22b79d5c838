package org.skipjack.benchmarks;

/** One side of a comparison: a system, in one setting, that can train a problem's net. */
public interface TrainingBench {

    /** System and setting in a few words, such as {@code libtorch nchw}; no two sides share it. */
    String name();

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

        /** One step on the problem's batch: forward, backward and update, finished when it returns. */
        void step();

        /** Mean loss of the batch that the last step saw, before that step's update. */
        float lossOfLastStep();

        @Override
        void close();
    }
}
