package org.skipjack.train.predict;

/** A picture cannot be classified, or not any more; one line says why. */
public final class PredictionException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    PredictionException(String message) {
        super(message);
    }

    PredictionException(String message, Throwable cause) {
        super(message, cause);
    }
}
