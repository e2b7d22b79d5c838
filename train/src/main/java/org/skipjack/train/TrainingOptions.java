package org.skipjack.train;

/**
 * How a model is trained: the tutorial's {@code num_epochs}, {@code batch_size} and {@code lr}, and what the optimiser
 * knows beyond them.
 *
 * @param epochs passes over the training data, at least 1
 * @param batchSize examples in a step, at least 1; the last step of an epoch may have fewer
 * @param learningRate step size of gradient descent, positive
 * @param momentum share of the previous step that is kept, 0 to less than 1
 * @param nesterov whether the gradient is taken ahead of the momentum
 * @param weightDecay factor of the weights that is added to their gradient, not negative
 * @param seed determines the initial weights and the order of the examples, both as in PyTorch
 */
public record TrainingOptions(
        int epochs, int batchSize, float learningRate, float momentum, boolean nesterov, float weightDecay, long seed) {

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of its range
     */
    public TrainingOptions {
        require(epochs >= 1, "epochs", epochs, "at least 1");
        require(batchSize >= 1, "batch size", batchSize, "at least 1");
        require(learningRate > 0 && Float.isFinite(learningRate), "learning rate", learningRate, "a positive number");
        require(momentum >= 0 && momentum < 1, "momentum", momentum, "0 to less than 1");
        require(!nesterov || momentum > 0, "momentum", momentum, "more than 0 with Nesterov");
        require(weightDecay >= 0 && Float.isFinite(weightDecay), "weight decay", weightDecay, "0 or more");
    }

    /** Plain gradient descent with seed 0, as in the tutorial. */
    public static TrainingOptions of(int epochs, int batchSize, float learningRate) {
        return new TrainingOptions(epochs, batchSize, learningRate, 0, false, 0, 0);
    }

    /** The same with another seed. */
    public TrainingOptions withSeed(long newSeed) {
        return new TrainingOptions(epochs, batchSize, learningRate, momentum, nesterov, weightDecay, newSeed);
    }

    /** The same with another number of epochs. */
    public TrainingOptions withEpochs(int newEpochs) {
        return new TrainingOptions(newEpochs, batchSize, learningRate, momentum, nesterov, weightDecay, seed);
    }

    /** The same with momentum. */
    public TrainingOptions withMomentum(float newMomentum, boolean ahead) {
        return new TrainingOptions(epochs, batchSize, learningRate, newMomentum, ahead, weightDecay, seed);
    }

    /** The same with weight decay. */
    public TrainingOptions withWeightDecay(float newWeightDecay) {
        return new TrainingOptions(epochs, batchSize, learningRate, momentum, nesterov, newWeightDecay, seed);
    }

    private static void require(boolean condition, String name, Number found, String expected) {
        if (!condition) {
            throw new IllegalArgumentException("[TrainingOptions] " + name + " is " + found + ", expected " + expected);
        }
    }
}
