package org.skipjack.train.data;

import org.jspecify.annotations.Nullable;

/** A data set failed while a batch was read from it; the cause is the data set's own exception. */
public final class DataLoadingException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DataLoadingException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
