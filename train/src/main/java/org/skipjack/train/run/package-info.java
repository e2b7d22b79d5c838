/**
 * What a training leaves behind: one folder with metrics, curves, options and weights.
 *
 * <p>{@code RunRecorder} listens to a {@code Trainer} and writes into a {@code RunFolder}: {@code metrics.jsonl},
 * {@code curves.svg}, {@code options.json} and {@code weights.safetensors}. All but the first are replaced atomically,
 * so that a crash leaves the last good state. Open {@link org.skipjack.train.run.RunFolder} first.
 */
@NullMarked
package org.skipjack.train.run;

import org.jspecify.annotations.NullMarked;
