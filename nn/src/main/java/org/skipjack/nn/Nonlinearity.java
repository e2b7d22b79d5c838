package org.skipjack.nn;

/**
 * What follows a layer, and by how much its initial weights are enlarged so that the variance of the signal stays.
 *
 * <p>Follows <a href="https://pytorch.org/docs/stable/nn.init.html#torch.nn.init.calculate_gain">calculate_gain</a>.
 */
public enum Nonlinearity {
    /** None: gain 1. */
    LINEAR(1),
    /** Sigmoid: gain 1. */
    SIGMOID(1),
    /** Tanh: gain 5/3. */
    TANH(5.0 / 3),
    /** Rectifier: gain √2. */
    RELU(Math.sqrt(2));

    private final double gain;

    Nonlinearity(double gain) {
        this.gain = gain;
    }

    /** The factor on the standard deviation of the weights. */
    public double gain() {
        return gain;
    }
}
