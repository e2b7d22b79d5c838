package org.skipjack.train.checkpoint;

import java.util.regex.Pattern;

/**
 * How often a checkpoint is written within an epoch: every so many steps, or every so many minutes.
 *
 * @param steps steps from one to the next; 0 if time decides
 * @param minutes minutes from one to the next; 0 if steps decide
 */
public record CheckpointInterval(int steps, int minutes) {

    private static final Pattern TEXT = Pattern.compile("(\\d{1,9})(m?)");
    private static final long NANOS_A_MINUTE = 60_000_000_000L;

    /**
     * One of the two is positive, the other 0.
     *
     * @throws IllegalArgumentException if that is not so
     */
    public CheckpointInterval {
        if (steps < 0 || minutes < 0 || (steps == 0) == (minutes == 0)) {
            throw new IllegalArgumentException(
                    "[CheckpointInterval] got " + steps + " steps and " + minutes + " minutes, expected one of them");
        }
    }

    /**
     * Reads {@code 500}, every 500 steps, or {@code 10m}, every ten minutes.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public static CheckpointInterval parse(String text) {
        var matcher = TEXT.matcher(text);
        if (!matcher.matches() || Integer.parseInt(matcher.group(1)) == 0) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no interval, expected a number of steps like 500 or of minutes like 10m");
        }
        int number = Integer.parseInt(matcher.group(1));
        return matcher.group(2).isEmpty() ? new CheckpointInterval(number, 0) : new CheckpointInterval(0, number);
    }

    /** Whether it is time after that many steps since the training began, and that long after the last checkpoint. */
    boolean due(long step, long nanosSince) {
        return steps > 0 ? step % steps == 0 : nanosSince >= minutes * NANOS_A_MINUTE;
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        return steps > 0 ? String.valueOf(steps) : minutes + "m";
    }
}
