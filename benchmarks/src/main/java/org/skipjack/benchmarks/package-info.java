/**
 * The workshop's scales, never published: the same training step by Skipjack and by LibTorch, in one process.
 *
 * <p>A {@link org.skipjack.benchmarks.TrainingProblem} fixes weights and data, each
 * {@link org.skipjack.benchmarks.TrainingBench} trains on it, and {@link org.skipjack.benchmarks.AlternatingRun} lets them
 * take turns. Open {@link org.skipjack.benchmarks.PeerComparison} first: it is the program.
 */
@NullMarked
package org.skipjack.benchmarks;

import org.jspecify.annotations.NullMarked;
