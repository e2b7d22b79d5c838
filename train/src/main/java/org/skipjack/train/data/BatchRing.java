package org.skipjack.train.data;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The storage of one epoch's batches: a few full batches used in turn, one for the smaller last batch, and the order of
 * the examples. Not synchronised; whoever fills a batch has it for itself.
 */
final class BatchRing {

    private final Dataset dataset;
    private final int batchSize;
    private final int batches;
    private final int exampleValues;
    private final Batch[] slots;
    private final @Nullable Batch last;
    private final int[] order;

    BatchRing(Dataset dataset, int batchSize, int batches, int examples, int prefetch) {
        this.dataset = dataset;
        this.batchSize = batchSize;
        this.batches = batches;
        int remainder = examples % batchSize;
        int full = examples / batchSize;
        int[] shape = dataset.exampleShape();
        // One batch is with the consumer while the others are full or being filled.
        slots = new Batch[Math.min(full, prefetch + 1)];
        for (int i = 0; i < slots.length; i++) {
            slots[i] = Batch.allocate(batchSize, shape);
        }
        last = remainder == 0 ? null : Batch.allocate(remainder, shape);
        order = new int[dataset.size()];
        int values = 1;
        for (int length : shape) {
            values *= length;
        }
        exampleValues = values;
    }

    int batches() {
        return batches;
    }

    /** How many batches may be in use at once, the consumer's included. */
    int capacity() {
        return Math.max(1, slots.length);
    }

    /** Sets the order of the examples for an epoch. */
    void order(OptionalLong seed, int epoch) {
        if (seed.isPresent()) {
            SeededOrder.shuffle(order, seed.getAsLong(), epoch);
        } else {
            for (int i = 0; i < order.length; i++) {
                order[i] = i;
            }
        }
    }

    /** The batch of this number, with whatever is in its arrays now. */
    Batch batch(int number) {
        return last != null && number == batches - 1 ? last : slots[number % slots.length];
    }

    /** Reads the batch of this number from the data set. */
    void fill(int number) {
        Batch batch = batch(number);
        for (int i = 0; i < batch.size(); i++) {
            int index = order[number * batchSize + i];
            batch.indices()[i] = index;
            batch.labels()[i] = dataset.label(index);
            dataset.copyExample(index, batch.images(), i * exampleValues);
        }
    }
}
