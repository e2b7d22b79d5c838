package org.skipjack.core.cpu;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Stretches of memory, each taken for a time: a new one gets the first gap that is free then. */
final class Slots {
    /** Where a stretch begins for which there is no room. */
    static final long NONE = -1;

    private record Slot(long offset, int length, int from, int to) {
        long end() {
            return offset + length;
        }
    }

    /** What two slots have in common, the second of which cannot lie before the first. */
    private record Kind(int from, int to, int length) {}

    private final long capacity;
    private final List<Slot> byOffset = new ArrayList<>();
    private final Map<Kind, Long> ends = new HashMap<>();

    Slots(long capacity) {
        this.capacity = capacity;
    }

    /**
     * Takes a stretch of {@code length} from one time to another, inclusive, and returns where it begins, or {@link #NONE} if it
     * would end behind {@code capacity}.
     */
    long fit(int from, int to, int length) {
        // All that is taken at the time lies before the last slot of the kind, where no gap is long enough, or behind
        // it.
        var kind = new Kind(from, to, length);
        long offset = ends.getOrDefault(kind, 0L);
        for (int i = firstFrom(offset); i < byOffset.size(); i++) {
            Slot slot = byOffset.get(i);
            if (slot.from <= to && from <= slot.to) {
                if (slot.offset - offset >= length) {
                    break;
                }
                offset = Math.max(offset, slot.end());
            }
        }
        if (offset + length > capacity) {
            ends.put(kind, capacity);
            return NONE;
        }
        var slot = new Slot(offset, length, from, to);
        byOffset.add(firstFrom(offset), slot);
        ends.put(kind, slot.end());
        return offset;
    }

    /** Index of the first slot at an offset or behind it. */
    private int firstFrom(long offset) {
        int low = 0;
        int high = byOffset.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (byOffset.get(middle).offset < offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
