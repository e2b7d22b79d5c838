/**
 * The workshop's scales, never published: the same step by Skipjack and by its peers, in turns.
 *
 * <p>A {@link org.skipjack.benchmarks.Problem} fixes weights and data, each
 * {@link org.skipjack.benchmarks.Bench} trains or runs it, and {@link org.skipjack.benchmarks.AlternatingRun} lets them
 * take turns. Open {@link org.skipjack.benchmarks.PeerComparison} first: it is the program.
 */
@NullMarked
package org.skipjack.benchmarks;

import org.jspecify.annotations.NullMarked;
