package org.skipjack.benchmarks;

/** A side computed other losses than the first from the same weights and data, so its times mean nothing. */
public final class ResultsDifferException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ResultsDifferException(int step, String side, float loss, String otherSide, float otherLoss, double tolerance) {
        super("in step %d the loss of \"%s\" is %s and that of \"%s\" is %s, more than %s apart relatively"
                .formatted(step, side, loss, otherSide, otherLoss, tolerance));
    }
}
