package org.skipjack.train.data;

import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a data set into mini-batches, in a seeded order, read ahead by a thread.
 *
 * <p>The order of an epoch depends on (seed, epoch) alone; see {@link #epoch(int)}. Batches are recycled: in a steady
 * state nothing is allocated for each batch. Several epochs may be open at once, each then has storage of its own.
 *
 * <pre>{@code
 * var loader = DataLoader.builder(FashionMnist.train(), 256).shuffle(seed).build();
 * for (int epoch = 0; epoch < 10; epoch++) {
 *     try (var batches = loader.epoch(epoch)) {
 *         while (batches.hasNext()) {
 *             step(batches.next());
 *         }
 *     }
 * }
 * }</pre>
 */
public final class DataLoader implements Iterable<Batch> {

    private static final int DEFAULT_PREFETCH = 2;

    private final Dataset dataset;
    private final int batchSize;
    private final OptionalLong seed;
    private final boolean dropLast;
    private final int prefetch;
    private final AtomicInteger nextEpoch = new AtomicInteger();
    private final AtomicReference<@Nullable BatchRing> spareRing = new AtomicReference<>();

    private DataLoader(Builder builder) {
        dataset = builder.dataset;
        batchSize = builder.batchSize;
        seed = builder.seed;
        dropLast = builder.dropLast;
        prefetch = builder.prefetch;
    }

    /**
     * Starts a loader; without further calls it keeps the data set's order and the smaller last batch.
     *
     * @param dataset where examples come from
     * @param batchSize the number of examples in each batch
     * @throws IllegalArgumentException if the data set is empty or {@code batchSize} is not positive
     */
    public static Builder builder(Dataset dataset, int batchSize) {
        return new Builder(dataset, batchSize);
    }

    /** The data set behind this loader. */
    public Dataset dataset() {
        return dataset;
    }

    /** The number of examples in each batch but perhaps the last. */
    public int batchSize() {
        return batchSize;
    }

    /** The number of batches in one epoch. */
    public int batches() {
        return dropLast ? dataset.size() / batchSize : Math.ceilDiv(dataset.size(), batchSize);
    }

    /** The number of examples in one epoch: all of them, unless the last batch is dropped. */
    public int examples() {
        return dropLast ? batches() * batchSize : dataset.size();
    }

    /**
     * The batches of one epoch. With shuffling their order is a function of (seed, epoch), the same whenever it is asked for,
     * and the one of PyTorch's {@code DistributedSampler} on one process, {@code torch.randperm} with a generator of seed
     * {@code seed + epoch}; without, it is the data set's own.
     *
     * @param epoch counted from 0
     * @return an iterator to be closed; one that is forgotten is ended by the garbage collector
     */
    public BatchIterator epoch(int epoch) {
        return epoch(epoch, 0);
    }

    /**
     * As {@link #epoch(int)}, from batch {@code firstBatch} on: how a run that stopped inside an epoch goes on.
     *
     * @throws IllegalArgumentException if {@code epoch} is negative or there is no such batch
     */
    public BatchIterator epoch(int epoch, int firstBatch) {
        if (epoch < 0 || firstBatch < 0 || firstBatch > batches()) {
            throw new IllegalArgumentException(
                    "[DataLoader] epoch %d from batch %d: expected an epoch from 0 on and a batch of 0 to %d"
                            .formatted(epoch, firstBatch, batches()));
        }
        BatchRing ring = spareRing.getAndSet(null);
        if (ring == null) {
            ring = new BatchRing(dataset, batchSize, batches(), examples(), prefetch);
        }
        ring.order(seed, epoch);
        return BatchIterator.start(ring, epoch, firstBatch, prefetch > 0, spareRing);
    }

    /** The next epoch: the first call gives {@link #epoch epoch(0)}, the second {@code epoch(1)}, and so on. */
    @Override
    public BatchIterator iterator() {
        return epoch(nextEpoch.getAndIncrement());
    }

    /** Collects the options of a {@link DataLoader}. */
    public static final class Builder {
        private final Dataset dataset;
        private final int batchSize;
        private OptionalLong seed = OptionalLong.empty();
        private boolean dropLast;
        private int prefetch = DEFAULT_PREFETCH;

        private Builder(Dataset dataset, int batchSize) {
            if (dataset.size() < 1) {
                throw new IllegalArgumentException("[DataLoader] the data set is empty, expected at least 1 example");
            }
            if (batchSize < 1) {
                throw new IllegalArgumentException("[DataLoader] batch size is " + batchSize + ", expected at least 1");
            }
            this.dataset = dataset;
            this.batchSize = batchSize;
        }

        /** Shuffles each epoch anew, by this seed. */
        public Builder shuffle(long newSeed) {
            seed = OptionalLong.of(newSeed);
            return this;
        }

        /** Leaves out the last batch if it is smaller than the others; by default it is given. */
        public Builder dropLast(boolean drop) {
            dropLast = drop;
            return this;
        }

        /**
         * How many batches are read ahead by a thread, 2 by default; 0 reads each when it is asked for, without a thread.
         */
        public Builder prefetch(int batches) {
            if (batches < 0) {
                throw new IllegalArgumentException("[DataLoader] prefetch is " + batches + ", expected at least 0");
            }
            prefetch = batches;
            return this;
        }

        /**
         * The loader.
         *
         * @throws IllegalArgumentException if dropping the last batch would leave none
         */
        public DataLoader build() {
            var loader = new DataLoader(this);
            if (loader.batches() == 0) {
                throw new IllegalArgumentException(
                        "[DataLoader] %d examples give no batch of %d with dropLast: use a smaller batch or keep the last"
                                .formatted(dataset.size(), batchSize));
            }
            return loader;
        }
    }
}
