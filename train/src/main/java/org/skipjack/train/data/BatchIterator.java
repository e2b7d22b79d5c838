package org.skipjack.train.data;

import java.lang.ref.Cleaner;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The batches of one epoch, for one consuming thread. A daemon thread reads ahead; it ends with the last batch, when
 * this iterator is closed, or when it is garbage.
 */
public final class BatchIterator implements Iterator<Batch>, AutoCloseable {

    private static final Cleaner ABANDONED = Cleaner.create();

    /** Reachable from the reading thread, which therefore must not lead back to this iterator. */
    private final Feed feed;

    private BatchIterator(Feed feed) {
        this.feed = feed;
    }

    static BatchIterator start(
            BatchRing ring, int epoch, int firstBatch, boolean readAhead, AtomicReference<@Nullable BatchRing> spare) {
        var feed = new Feed(ring, epoch, firstBatch, readAhead, spare);
        var iterator = new BatchIterator(feed);
        if (readAhead) {
            ABANDONED.register(iterator, feed::close);
            Thread.ofPlatform().daemon().name("skipjack-data-loader").start(feed::readAll);
        }
        return iterator;
    }

    @Override
    public boolean hasNext() {
        return feed.hasNext();
    }

    /**
     * The next batch; the one before it is no longer valid.
     *
     * @throws NoSuchElementException if the epoch is over or this iterator is closed
     * @throws DataLoadingException if the data set failed to give an example; every later call fails alike
     */
    @Override
    public Batch next() {
        return feed.next();
    }

    /** Ends the reading; the last batch given is no longer valid. Closing again does nothing. */
    @Override
    public void close() {
        feed.close();
    }

    /**
     * What the consumer and the reading thread share. Batches are numbered within the epoch; {@code read} of them are
     * complete, {@code taken} of them were given out, {@code released} of those are no longer in use.
     */
    private static final class Feed {
        private final BatchRing ring;
        private final int epoch;
        private final boolean readAhead;
        private final AtomicReference<@Nullable BatchRing> spare;
        private int read;
        private int taken;
        private int released;
        private boolean closed;
        private boolean readerEnded;
        private boolean ringGivenBack;
        private @Nullable Throwable failure;

        Feed(BatchRing ring, int epoch, int first, boolean readAhead, AtomicReference<@Nullable BatchRing> spare) {
            this.ring = ring;
            this.epoch = epoch;
            this.readAhead = readAhead;
            this.spare = spare;
            read = first;
            taken = first;
            released = first;
            readerEnded = !readAhead;
        }

        synchronized boolean hasNext() {
            closeAtEnd();
            return !closed;
        }

        synchronized Batch next() {
            released = taken;
            notifyAll();
            closeAtEnd();
            if (readAhead) {
                awaitBatch();
            } else if (failure == null && !closed) {
                fill(taken);
                if (failure == null) {
                    read++;
                }
            }
            if (closed) {
                throw new NoSuchElementException("[BatchIterator] epoch " + epoch + " is over or closed");
            }
            if (read == taken) {
                throw new DataLoadingException("reading " + batchName() + " failed: " + failure, failure);
            }
            return ring.batch(taken++);
        }

        synchronized void close() {
            closed = true;
            notifyAll();
            giveBackRing();
        }

        /** The reading thread: fills batches until all are read, one fails, or the iterator is closed. */
        void readAll() {
            int number = awaitRoom();
            while (number >= 0) {
                fill(number);
                number = completed();
            }
        }

        private synchronized int completed() {
            if (failure != null) {
                return endReading();
            }
            read++;
            notifyAll();
            return awaitRoom();
        }

        /** The number of the batch to read, once there is room for it; -1 when the reader should end. */
        private synchronized int awaitRoom() {
            while (!closed && read < ring.batches() && read - released >= ring.capacity()) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    fail(e);
                    return endReading();
                }
            }
            return closed || read == ring.batches() ? endReading() : read;
        }

        private int endReading() {
            readerEnded = true;
            giveBackRing();
            return -1;
        }

        private void awaitBatch() {
            while (read == taken && failure == null && !closed) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new DataLoadingException("interrupted while waiting for " + batchName(), e);
                }
            }
        }

        /** Anything may go wrong in a data set; whatever it is surfaces in next(). */
        private void fill(int number) {
            try {
                ring.fill(number);
            } catch (Throwable e) {
                fail(e);
            }
        }

        private synchronized void fail(Throwable cause) {
            failure = cause;
            notifyAll();
        }

        private String batchName() {
            return "batch %d of epoch %d".formatted(taken, epoch);
        }

        private void closeAtEnd() {
            if (taken == ring.batches() && !closed) {
                close();
            }
        }

        /** Once neither side touches the storage, the loader's next epoch may have it. */
        private void giveBackRing() {
            if (closed && readerEnded && !ringGivenBack) {
                ringGivenBack = true;
                spare.set(ring);
            }
        }
    }
}
