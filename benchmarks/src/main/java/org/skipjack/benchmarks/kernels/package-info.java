/**
 * The kernels of LeNet with batch normalisation by JMH, one block of 16 examples at a time and on one thread, which is
 * how a plan runs them: SIMD against its scalar twin, and against what the machine can do at most.
 *
 * <p>Each class is a family of kernels. Before anything is timed, the result is compared with {@link
 * org.skipjack.benchmarks.kernels.PlainLoops}. Open {@link org.skipjack.benchmarks.kernels.KernelTable} first: it is the
 * program.
 */
@NullMarked
package org.skipjack.benchmarks.kernels;

import org.jspecify.annotations.NullMarked;
