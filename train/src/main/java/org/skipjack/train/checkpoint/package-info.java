/**
 * Checkpoints: one file with everything that decides how a training goes on, from which {@code Trainer.resume} continues
 * bit for bit.
 *
 * <p>For programs that train for long; {@code Checkpointer} listens to a {@code Trainer} and keeps the newest and the best
 * in a {@code CheckpointFolder}, which finds the newest whole one again. Open {@link
 * org.skipjack.train.checkpoint.Checkpoint} first, then {@link org.skipjack.train.checkpoint.Checkpointer}.
 */
@NullMarked
package org.skipjack.train.checkpoint;

import org.jspecify.annotations.NullMarked;
