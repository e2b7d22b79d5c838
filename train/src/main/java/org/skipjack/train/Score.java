package org.skipjack.train;

/**
 * How well a model does on a data set in evaluation mode.
 *
 * @param loss mean cross-entropy
 * @param accuracy share of the examples that are classified correctly, 0 to 1
 * @param examples number of examples
 * @param seconds time of everything, loading included
 */
public record Score(double loss, double accuracy, long examples, double seconds) {}
