package org.skipjack.train.data;

/**
 * One mini-batch in plain arrays, valid only until the next one is asked for.
 *
 * <p>The arrays are recycled: the {@link BatchIterator} that gave a batch overwrites it once {@code next()} or
 * {@code close()} is called, or a new epoch of the same loader begins. Copy what must live longer.
 *
 * @param images the examples, {@code [size, C, H, W]} row-major, values as the data set gives them ({@code [0, 1]})
 * @param labels one label for each example, {@code [size]}
 * @param size the number of examples; the last batch of an epoch may be smaller
 * @param shape the shape of {@code images}: {@code {size, C, H, W}}
 * @param indices where each example stands in the data set, {@code [size]}; names the culprits when a step goes wrong
 */
@SuppressWarnings("ArrayRecordComponent") // recycled storage; a batch is never compared or used as a key
public record Batch(float[] images, int[] labels, int size, int[] shape, int[] indices) {

    /** A batch of zeros with room for {@code size} examples of {@code exampleShape}. */
    static Batch allocate(int size, int[] exampleShape) {
        var shape = new int[exampleShape.length + 1];
        shape[0] = size;
        int values = size;
        for (int i = 0; i < exampleShape.length; i++) {
            shape[i + 1] = exampleShape[i];
            values = Math.multiplyExact(values, exampleShape[i]);
        }
        return new Batch(new float[values], new int[size], size, shape, new int[size]);
    }
}
