package org.skipjack.train.checkpoint;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.skipjack.train.Trainer;
import org.skipjack.train.data.Dataset;

/**
 * Examples of another data set, one of which comes late: it stops the trainer that waits for it, and keeps it waiting for
 * longer than a step may go on after that.
 *
 * @param late how many examples are read before that one
 */
record Late(Dataset examples, int late, Trainer trainer, AtomicInteger read) implements Dataset {

    private static final long BEFORE_MILLIS = 100;
    private static final long AFTER_MILLIS = 700;

    Late(Dataset examples, int late, Trainer trainer) {
        this(examples, late, trainer, new AtomicInteger());
    }

    @Override
    public void copyExample(int index, float[] target, int offset) {
        if (read.getAndIncrement() == late) {
            LockSupport.parkNanos(BEFORE_MILLIS * 1_000_000);
            trainer.stop();
            LockSupport.parkNanos(AFTER_MILLIS * 1_000_000);
        }
        examples.copyExample(index, target, offset);
    }

    @Override
    public int size() {
        return examples.size();
    }

    @Override
    public int[] exampleShape() {
        return examples.exampleShape();
    }

    @Override
    public int classes() {
        return examples.classes();
    }

    @Override
    public List<String> classNames() {
        return examples.classNames();
    }

    @Override
    public int label(int index) {
        return examples.label(index);
    }

    @Override
    public String sha256() {
        return examples.sha256();
    }
}
