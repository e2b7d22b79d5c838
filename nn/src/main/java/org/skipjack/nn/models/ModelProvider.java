package org.skipjack.nn.models;

import java.util.random.RandomGenerator;
import org.skipjack.nn.Module;

/**
 * Makes a net known by name, to {@link Models} and so to the command line. Found by {@link java.util.ServiceLoader}: named
 * in {@code module-info} ({@code provides}) or, on the class path, in {@code META-INF/services}.
 */
public interface ModelProvider {
    /** The name by which it is asked for, {@code lenet-bn}. */
    String name();

    /** One line on what it is. */
    String description();

    /**
     * The net with its initial values.
     *
     * @param channels channels of an input image
     * @param classes number of classes
     * @param random draws the initial values; the same seed gives the same bits
     */
    Module create(int channels, int classes, RandomGenerator random);

    /** How it is trained unless told otherwise. */
    TrainingDefaults defaults();

    /** Shape of one input without the batch, {@code {1, 28, 28}}. */
    int[] inputShape();
}
