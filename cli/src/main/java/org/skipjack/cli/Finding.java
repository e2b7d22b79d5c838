package org.skipjack.cli;

import org.jspecify.annotations.Nullable;

/**
 * One line of the doctor's report.
 *
 * @param topic what was looked at
 * @param state what was found
 * @param advice what to do about it; {@code null} if all is well
 */
record Finding(String topic, String state, @Nullable String advice) {

    /** All is well. */
    static Finding well(String topic, String state) {
        return new Finding(topic, state, null);
    }

    /** Something could be better. */
    static Finding better(String topic, String state, String advice) {
        return new Finding(topic, state, advice);
    }

    /** Well if the condition holds, else with advice. */
    static Finding of(String topic, String state, boolean well, String advice) {
        return new Finding(topic, state, well ? null : advice);
    }
}
