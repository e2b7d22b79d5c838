package org.skipjack.core.cpu;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.skipjack.core.Variable;
import org.skipjack.kernels.Slice;

/**
 * Where a value lies: a slice of a bank of the arena, of a variable's storage or of an array bound at each run. A batched value has
 * one piece for each block, or one for each thread if it does not outlive its stage.
 */
final class Place {
    private final @Nullable Arena arena;
    private final @Nullable Variable variable;
    private int bank;
    private int offset;
    private final int blockStride;
    private int workerStride;
    boolean temporary;
    private float @Nullable [] bound;
    private int @Nullable [] boundInts;
    private @Nullable Slice[] slices = new Slice[0];

    private Place(@Nullable Arena arena, @Nullable Variable variable, int bank, int offset, int blockStride) {
        this.arena = arena;
        this.variable = variable;
        this.bank = bank;
        this.offset = offset;
        this.blockStride = blockStride;
    }

    /** With one piece for all blocks if {@code blockStride} is 0. */
    static Place in(Arena arena, int bank, int offset, int blockStride) {
        return new Place(arena, null, bank, offset, blockStride);
    }

    /** Relative to the thread's piece until {@link #move} fixes where the pieces lie. */
    static Place perWorker(Arena arena, int offset) {
        return new Place(arena, null, 0, offset, 0);
    }

    /**
     * Has it lie in the threads' pieces.
     *
     * @param pieces where the first one lies
     * @param from offset in each
     * @param stride floats from one to the next
     */
    void move(Place pieces, int from, int stride) {
        bank = pieces.bank;
        offset += pieces.offset + from;
        workerStride = stride;
        slices = new Slice[0];
    }

    static Place of(Variable variable) {
        return new Place(null, variable, 0, 0, 0);
    }

    /** Memory of its own. */
    static Place own(int length) {
        Place place = bound();
        place.bind(new float[length]);
        return place;
    }

    static Place bound() {
        return new Place(null, null, 0, 0, 0);
    }

    void bind(float[] array) {
        bound = array;
    }

    void bind(int[] array) {
        boundInts = array;
    }

    int[] ints() {
        return java.util.Objects.requireNonNull(boundInts);
    }

    float[] array() {
        if (arena != null) {
            return arena.bank(bank).array();
        }
        return variable != null ? variable.values() : java.util.Objects.requireNonNull(bound);
    }

    int at(int block, int worker) {
        return offset + block * blockStride + worker * workerStride;
    }

    /** Where a block's or a thread's piece lies; the same object for each run unless an array is bound at each. */
    Slice slice(int block, int worker) {
        if (arena == null && variable == null) {
            return new Slice(array(), at(block, worker));
        }
        int piece = blockStride != 0 ? block : workerStride != 0 ? worker : 0;
        // Threads may make the same one at the same time: any of them will do.
        @Nullable Slice[] known = slices;
        if (piece >= known.length) {
            known = Arrays.copyOf(known, piece + 1);
            slices = known;
        }
        Slice slice = known[piece];
        if (slice == null) {
            int at = at(block, worker);
            slice = arena != null ? new Slice(arena.bank(bank), at) : new Slice(array(), at);
            known[piece] = slice;
        }
        return slice;
    }

    /** What tells it from other memory that may be in use at the same time: the variable, or the place itself. */
    Object memory() {
        return variable != null ? variable : this;
    }

    int blockStride() {
        return blockStride;
    }
}
