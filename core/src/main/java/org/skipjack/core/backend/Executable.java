package org.skipjack.core.backend;

import java.util.List;
import org.skipjack.core.Tensor;

/** A compiled graph, replayed with new data at each step. Not safe for use by two threads at once. */
public interface Executable {
    /**
     * Runs once: computes the outputs, then makes the assignments.
     *
     * @param data leaves to bind, in the order of {@link org.skipjack.core.Graph#data()} and with the same shapes
     * @return the outputs' values, row-major, each in an array of its own
     */
    float[][] run(List<Tensor> data);

    /** Bytes of working memory, beyond the variables. */
    long workspaceBytes();

    /** The plan as text: each kernel with its form, shape and FLOPs, and the working memory in all. */
    String explain();

    /**
     * Runs some times as {@link #run} does, assignments included, with a clock at each kernel.
     *
     * @return the kernels in the order in which they run; empty if the backend has no clocks
     */
    List<KernelTime> time(List<Tensor> data, int runs);
}
