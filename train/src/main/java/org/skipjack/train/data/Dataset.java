package org.skipjack.train.data;

import java.util.List;

/**
 * A fixed, indexed collection of labelled examples.
 *
 * <p>Implementations are safe for reading by several threads at once: a {@link DataLoader} copies examples on a thread
 * of its own.
 */
public interface Dataset {

    /** The number of examples. */
    int size();

    /**
     * The shape of one example without the batch dimension, for instance {@code {1, 28, 28}} (channels, height, width).
     *
     * @return a fresh array
     */
    int[] exampleShape();

    /** The number of classes; labels are in {@code 0 .. classes() - 1}. */
    int classes();

    /** The name of each class, by label. */
    List<String> classNames();

    /**
     * The label of one example.
     *
     * @throws IndexOutOfBoundsException if {@code index} is not in {@code 0 .. size() - 1}
     */
    int label(int index);

    /**
     * Copies one example into {@code target[offset ..]}, row-major in the order of {@link #exampleShape()}. Images are
     * in {@code [0, 1]}, as torchvision's {@code ToTensor} gives them: byte / 255.
     *
     * @throws IndexOutOfBoundsException if {@code index} is not in {@code 0 .. size() - 1}, or the example does not fit
     */
    void copyExample(int index, float[] target, int offset);

    /**
     * A digest of the contents: equal for equal examples, labels and shape, so that a checkpoint can tell whether it
     * meets its own data again.
     *
     * @return 64 lower-case hexadecimal digits
     */
    String sha256();
}
