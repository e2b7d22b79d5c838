package org.skipjack.train;

/**
 * A point of the training curves: means over the epoch so far, in training mode and while the weights change.
 *
 * @param epoch epochs done, with fraction: 0.2 after the first fifth of the first epoch
 * @param trainLoss mean loss of the examples of this epoch so far
 * @param trainAccuracy share of them that were classified correctly, 0 to 1
 */
public record CurvePoint(double epoch, double trainLoss, double trainAccuracy) {}
