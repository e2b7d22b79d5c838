package org.skipjack.core.backend;

import org.skipjack.core.Graph;

/** Turns a graph into something that runs. One of these stands behind each {@link org.skipjack.core.Device}. */
public interface Backend {
    /** Name and facts for the first line of a run, for example {@code cpu, 2 threads, 512-bit SIMD}. */
    String describe();

    /** Plans the graph; everything that can be decided before data arrives is decided here. */
    Executable compile(Graph graph);
}
