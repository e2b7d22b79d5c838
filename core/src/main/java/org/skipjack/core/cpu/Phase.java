package org.skipjack.core.cpu;

import java.util.List;

/**
 * Kernels that run without waiting for each other: each task goes through all of them in order, the tasks are divided among
 * the threads, and all threads meet at the end.
 *
 * @param name for {@code explain}
 * @param tasks number of tasks
 * @param kernels what each task does
 */
record Phase(String name, int tasks, List<Kernel> kernels) {}
