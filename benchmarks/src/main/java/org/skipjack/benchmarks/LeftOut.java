package org.skipjack.benchmarks;

/**
 * A side that took no part to the end.
 *
 * @param side the system in its setting
 * @param reason one line: what it said when it failed, or how its losses differ
 */
public record LeftOut(Bench side, String reason) {

    static LeftOut of(Bench side, Throwable failure) {
        String message = failure.getMessage();
        String said = message == null || message.isBlank() ? failure.toString() : message;
        return new LeftOut(side, said.lines().findFirst().orElse(said).strip());
    }
}
