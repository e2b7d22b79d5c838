/**
 * Trained nets at work: pictures in, classes with probabilities out, from any number of threads.
 *
 * <p>For programs that use a trained net. Open {@link org.skipjack.train.predict.Predictor} first.
 */
@NullMarked
package org.skipjack.train.predict;

import org.jspecify.annotations.NullMarked;
