package org.skipjack.train.data;

import java.util.List;
import java.util.Optional;

/**
 * Where a data set was looked for and in what state it is there.
 *
 * @param title the data set's name
 * @param places every place, in the order in which they count
 */
public record DataSourceReport(String title, List<Place> places) {

    /** Makes the list unmodifiable. */
    public DataSourceReport {
        places = List.copyOf(places);
    }

    /** What was found at a place. */
    public enum State {
        /** All four files, with the published digests. */
        VERIFIED,
        /** All four files, well-formed; no digest is known for them. */
        WELL_FORMED,
        /** All four files, one of which is not what it should be. */
        DAMAGED,
        /** Not all four files, or nothing at all. */
        ABSENT,
        /** A download, which a report does not start. */
        NOT_TRIED
    }

    /**
     * One place.
     *
     * @param name the place in words
     * @param state what was found there
     * @param detail one line that says more
     */
    public record Place(String name, State state, String detail) {

        /** Whether the data set can be read from here now. */
        public boolean usable() {
            return state == State.VERIFIED || state == State.WELL_FORMED;
        }
    }

    /** The place that the data set would be read from now, without downloading. */
    public Optional<Place> usable() {
        return places.stream().filter(Place::usable).findFirst();
    }
}
