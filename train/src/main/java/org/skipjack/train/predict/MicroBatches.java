package org.skipjack.train.predict;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Joins the requests of concurrent callers to batches without a thread of its own: the caller that gets the lock computes for all
 * that wait in the queue, up to a limit, until its own result is there, and wakes those that are served; then the first in the
 * queue takes over. A single caller waits for nobody.
 */
final class MicroBatches {

    private final Function<List<float[]>, List<float[]>> compute;
    private final int largest;
    private final BlockingQueue<Request> queue;
    private final ReentrantLock computing = new ReentrantLock();

    private static final class Request {
        private final float[] input;
        private final Thread caller = Thread.currentThread();
        private float @Nullable [] output;
        private @Nullable RuntimeException failure;
        private volatile boolean done;

        Request(float[] input) {
            this.input = input;
        }

        void end() {
            done = true;
            LockSupport.unpark(caller);
        }
    }

    /**
     * Batches for a function.
     *
     * @param compute gives a result for each input, in order
     * @param largest inputs in a batch at most
     * @param waiting requests in the queue at most; further callers wait until there is room
     */
    MicroBatches(Function<List<float[]>, List<float[]>> compute, int largest, int waiting) {
        this.compute = compute;
        this.largest = largest;
        this.queue = new ArrayBlockingQueue<>(waiting);
    }

    /**
     * The result for one input.
     *
     * @throws PredictionException if the thread is interrupted while the queue is full
     */
    float[] submit(float[] input) {
        var request = new Request(input);
        try {
            queue.put(request);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PredictionException("interrupted while waiting for a place in the queue", e);
        }
        boolean interrupted = false;
        while (!request.done) {
            if (computing.tryLock()) {
                computeUntilDone(request);
            } else {
                LockSupport.park(this);
                // A waiting caller is served in any case, and soon.
                interrupted |= Thread.interrupted();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return result(request);
    }

    private void computeUntilDone(Request request) {
        try {
            // Older requests come first; each round takes at least one.
            while (!request.done) {
                computeNext();
            }
        } finally {
            computing.unlock();
            // Whoever found the lock taken had queued before, so is seen here.
            Request next = queue.peek();
            if (next != null) {
                LockSupport.unpark(next.caller);
            }
        }
    }

    /** Number of requests in the queue. */
    int waiting() {
        return queue.size();
    }

    private void computeNext() {
        var batch = new ArrayList<Request>();
        queue.drainTo(batch, largest);
        try {
            List<float[]> outputs =
                    compute.apply(batch.stream().map(request -> request.input).toList());
            for (int i = 0; i < batch.size(); i++) {
                batch.get(i).output = outputs.get(i);
            }
        } catch (RuntimeException e) {
            batch.forEach(request -> request.failure = e);
        } catch (Error e) {
            batch.forEach(request -> request.failure = new PredictionException("the batch failed: " + e, e));
            throw e;
        } finally {
            batch.forEach(Request::end);
        }
    }

    private static float[] result(Request request) {
        RuntimeException failure = request.failure;
        if (failure != null) {
            throw new PredictionException(String.valueOf(failure.getMessage()), failure);
        }
        float[] output = request.output;
        if (output == null) {
            throw new IllegalStateException("a request ended without a result");
        }
        return output;
    }
}
