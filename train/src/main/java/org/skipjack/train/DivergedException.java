package org.skipjack.train;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

/** The loss became NaN or infinite. The message tells where, at which learning rate, and what to try. */
public final class DivergedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int epoch;
    private final int step;

    DivergedException(float loss, TrainingProgress progress, float learningRate, String cause) {
        super(format(
                ROOT,
                "the loss became %s in epoch %d, step %d of %d, at learning rate %s: "
                        + "try a learning rate of %s or less, and look for extreme values in the data%s",
                loss,
                progress.epoch(),
                progress.step(),
                progress.stepsPerEpoch(),
                learningRate,
                learningRate / 10,
                cause.isEmpty() ? "" : "; the first number that is not finite: " + cause));
        this.epoch = progress.epoch();
        this.step = progress.step();
    }

    private DivergedException(DivergedException first, String more) {
        super(first.getMessage() + more, first);
        this.epoch = first.epoch;
        this.step = first.step;
    }

    /** The same with more at the end of its message. */
    public DivergedException with(String more) {
        return new DivergedException(this, more);
    }

    /** The epoch in which it happened, counted from 1. */
    public int epoch() {
        return epoch;
    }

    /** The step of that epoch, counted from 1. */
    public int step() {
        return step;
    }
}
