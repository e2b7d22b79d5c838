package org.skipjack.core.cpu;

import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.op.Op;
import org.skipjack.kernels.Lanes;

/** Where a backend's plans keep what they {@link Preparation prepare}: plans for other batch sizes share it. */
final class PreparedPlaces {
    /**
     * What makes two values the same.
     *
     * @param op the op
     * @param inputs variables and other expressions
     */
    private record Expression(@Nullable Op op, List<Object> inputs) {}

    private final Map<Object, WeakReference<Place>> places = new HashMap<>();

    /** The place of a value that follows from variables alone; the plans that have it keep it alive. */
    synchronized Place of(Value v) {
        places.values().removeIf(reference -> reference.get() == null);
        Object key = key(v);
        var reference = places.get(key);
        Place place = reference == null ? null : reference.get();
        if (place == null) {
            place = Place.own(Lanes.pad(v.elements()));
            places.put(key, new WeakReference<>(place));
        }
        return place;
    }

    private static Object key(Value v) {
        return v.variable != null
                ? v.variable
                : new Expression(
                        v.op, v.inputs.stream().map(PreparedPlaces::key).toList());
    }
}
