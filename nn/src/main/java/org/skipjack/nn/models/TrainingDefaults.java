package org.skipjack.nn.models;

/**
 * How a net is trained unless told otherwise.
 *
 * @param learningRate of plain stochastic gradient descent
 * @param batchSize examples a step
 * @param epochs passes over the training set
 * @param resize height and width to which images are scaled first; 0 leaves them as they are
 */
public record TrainingDefaults(float learningRate, int batchSize, int epochs, int resize) {}
