/**
 * The CPU backend: plans a graph into kernels over blocks of 16 examples and runs them on persistent threads.
 *
 * <p>Internal to core. Open {@link org.skipjack.core.cpu.CpuBackend} first and follow its passes in order.
 */
@NullMarked
package org.skipjack.core.cpu;

import org.jspecify.annotations.NullMarked;
