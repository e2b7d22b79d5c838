/**
 * The training loop: {@code Trainer} takes a module and two data sets through epochs, as the tutorial's {@code train_ch6}
 * does, and tells {@code TrainingListener}s how it goes.
 *
 * <p>For programs that train; {@code org.skipjack.train.run} keeps what a training leaves behind. Open {@link
 * org.skipjack.train.Trainer} first, then {@link org.skipjack.train.TrainingResult}.
 */
@NullMarked
package org.skipjack.train;

import org.jspecify.annotations.NullMarked;
