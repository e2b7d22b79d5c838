package org.skipjack.train.data;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** No source has the data set. The message lists each source that was tried and why it failed, one on each line. */
public final class DataUnavailableException extends IOException {

    private static final long serialVersionUID = 1L;

    /**
     * A source that did not have the data.
     *
     * @param place the source in words
     * @param reason why it failed, one line
     */
    public record Attempt(String place, String reason) {}

    private final transient List<Attempt> attempts;

    DataUnavailableException(String title, List<Attempt> attempts, String advice) {
        super(attempts.stream()
                .map(attempt -> "  " + attempt.place() + ": " + attempt.reason())
                .collect(Collectors.joining("\n", title + " was not found; tried, in order:\n", "\n" + advice)));
        this.attempts = List.copyOf(attempts);
    }

    /** What was tried, in order. */
    public List<Attempt> attempts() {
        return attempts;
    }
}
