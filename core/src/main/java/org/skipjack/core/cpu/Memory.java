package org.skipjack.core.cpu;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.skipjack.core.cpu.Value.Form;
import org.skipjack.core.op.BinaryOp;
import org.skipjack.core.op.UnaryOp;
import org.skipjack.kernels.Lanes;

/**
 * Fourth pass: gives every value a place. Values that outlive their stage share the arena's banks by lifetime; values that do not
 * get a piece for each thread, small enough to stay in its cache; an update writes into its variable where nothing reads
 * the old value afterwards.
 */
final class Memory {
    /** Floats of the longest value, as each lies in one array. */
    private static final int LARGEST = Integer.MAX_VALUE - 64 - Arena.FIRST;

    /** Share of the heap that a plan may take; variables, data and garbage need the rest. */
    private static final double SHARE = 0.9;

    private static final double GIB = 1L << 30;

    private final Program program;
    private final Arena arena;
    private final PreparedPlaces places;
    private final int blocks;
    private final List<Place> workerPlaces = new ArrayList<>();
    private final Set<Value> stored = new HashSet<>();
    private final Set<Value> kept = new HashSet<>();
    private final Banks banks;
    private final long heap;
    private long locals;
    private long temporaries;
    private long prepared;

    Memory(Program program, Arena arena, PreparedPlaces places) {
        this.program = program;
        this.arena = arena;
        this.places = places;
        this.blocks = Lanes.blocks(program.batch);
        this.banks = new Banks(arena);
        this.heap = (long) (SHARE * Runtime.getRuntime().maxMemory()) / Float.BYTES;
        program.outputs.forEach(o -> kept.add(o.owner));
        program.stores.forEach(s -> kept.add(s.value().owner));
    }

    void plan() {
        storeInPlace();
        var owners = program.values.stream()
                .filter(v -> v.owner == v && !v.leaf() && v.place == null && !staysInChain(v))
                .collect(Collectors.toCollection(LinkedHashSet::new));
        Map<Value, Value> reused = reused(owners);
        var overwritten = new HashSet<>(reused.values());
        var global = new ArrayList<Value>();
        Map<Integer, Slots> local = new HashMap<>();
        for (Value v : owners) {
            if (overwritten.contains(v)) {
                continue;
            }
            if (v.prepared) {
                v.place = places.of(v);
                prepared += Lanes.pad(v.elements());
                continue;
            }
            if (v.batched() && lastUse(v) == v.stage && uses(v).stream().noneMatch(Value::swept)) {
                var slots = local.computeIfAbsent(v.stage, s -> new Slots(LARGEST));
                Value first = reused.getOrDefault(v, v);
                int from = Math.min(firstOrder(v), firstOrder(first));
                int length = lanes(v);
                long offset = slots.fit(from, lastOrder(v), length);
                if (offset == Slots.NONE) {
                    throw tooLong("what a thread keeps of " + Lanes.COUNT + " examples", 0, "");
                }
                locals = Math.max(locals, offset + length);
                v.place = perWorker((int) offset);
            } else {
                global.add(v);
            }
        }
        global.sort(Comparator.comparingLong(this::length).reversed().thenComparingInt(v -> v.id));
        global.forEach(v -> v.place = place(v.stage, lastUse(v), length(v), v.batched() ? lanes(v) : 0));
        reused.forEach((v, operand) -> operand.place = v.place);
        for (Value v : program.values) {
            if (v.form == Form.VARIABLE && v.variable != null) {
                v.place = Place.of(v.variable);
            } else if (v.form == Form.DATA) {
                v.place = Place.bound();
            }
        }
    }

    /**
     * Operands of chains of element-wise ops that nothing reads afterwards, by the chain's last value, which is written over
     * them: the chain then passes over one piece of memory instead of two.
     */
    private Map<Value, Value> reused(Set<Value> owners) {
        var reused = new LinkedHashMap<Value, Value>();
        var overwritten = new HashSet<Value>();
        for (Value v : owners) {
            if (v.chain == null || v.chain.getLast() != v || !v.batched()) {
                continue;
            }
            List<Value> chain = v.chain;
            chain.stream()
                    .flatMap(link -> link.inputs.stream())
                    .filter(u -> u.owner == u && u.batched() && u.stage == v.stage && u.chain == null)
                    .filter(u -> u.elements() == v.elements() && owners.contains(u) && !kept(u))
                    .filter(u -> uses(u).stream().allMatch(use -> Objects.equals(use.chain, chain)))
                    .filter(u -> !overwritten.contains(u))
                    .findFirst()
                    .ifPresent(u -> {
                        reused.put(v, u);
                        overwritten.add(u);
                    });
        }
        return reused;
    }

    /** A piece for each block, beyond the values', for the whole run. */
    Place extraPerBlock(int length) {
        int stride = Lanes.pad(length);
        return place(Schedule.PREPARATION, Integer.MAX_VALUE, (long) blocks * stride, stride);
    }

    /** Scratch of one kernel, for each thread; the kernels of a task use it in turn. */
    Place temporary(int from, int length) {
        temporaries = Math.max(temporaries, (long) from + Lanes.pad(length));
        Place place = perWorker(from);
        place.temporary = true;
        return place;
    }

    /** Fixes the threads' pieces once their size is known, and reserves it all. */
    void finish(int workers) {
        long stride = locals + temporaries + 5 * Lanes.COUNT;
        if (stride * workers > LARGEST) {
            throw tooLong("what " + workers + " threads keep", LARGEST / stride, "%d threads or less");
        }
        Place pieces = place(Schedule.PREPARATION, Integer.MAX_VALUE, stride * workers, 0);
        for (Place place : workerPlaces) {
            place.move(pieces, place.temporary ? (int) locals : 0, (int) stride);
        }
        arena.reserve(banks.lengths());
    }

    long bytes() {
        return Float.BYTES * (banks.floats() + prepared);
    }

    private Place perWorker(int offset) {
        Place place = Place.perWorker(arena, offset);
        workerPlaces.add(place);
        return place;
    }

    private long length(Value v) {
        return v.batched() ? (long) blocks * lanes(v) : Lanes.pad(v.elements());
    }

    /** Floats of a block of a batched value. */
    private int lanes(Value v) {
        long length = (long) Lanes.COUNT * v.elements();
        if (length > LARGEST) {
            throw tooLong("a value of " + Lanes.COUNT + " examples", 0, "");
        }
        return (int) length;
    }

    private Place place(int from, int to, long length, int blockStride) {
        if (length > LARGEST) {
            long fits = blockStride == 0 ? 0 : (long) LARGEST / blockStride * Lanes.COUNT;
            throw tooLong("a value of a batch of " + program.batch, fits, "a batch of %d or less");
        }
        Place place = banks.place(from, to, (int) length, blockStride);
        if (banks.floats() > heap) {
            throw tooMuch();
        }
        return place;
    }

    private static IllegalArgumentException tooLong(String what, long fits, String unit) {
        return new IllegalArgumentException(String.format(
                Locale.ROOT,
                "[plan]: %s takes more memory than one array can have, which is %.1f GiB; use %s",
                what,
                (double) LARGEST * Float.BYTES / GIB,
                fits == 0 ? "smaller examples" : unit.formatted(fits)));
    }

    private IllegalArgumentException tooMuch() {
        long fits = Math.min(largestBatch(), (blocks - 1L) * Lanes.COUNT);
        return new IllegalArgumentException(String.format(
                Locale.ROOT,
                "[plan]: %s needs more working memory than a plan can have, which is %.1f GiB"
                        + " (nine tenths of the heap set by -Xmx); use a larger heap or %s",
                program.batch == 0 ? "a small batch" : "a batch of " + program.batch,
                heap * Float.BYTES / GIB,
                fits <= 0 ? "smaller examples" : "a batch of about " + fits + " or less"));
    }

    /** Examples whose values fit at the stage in which most are alive, those of single threads counted like the rest. */
    private long largestBatch() {
        long most = 1;
        for (int stage = 0; stage <= program.lastStage(); stage++) {
            int at = stage;
            most = Math.max(
                    most,
                    program.values.stream()
                            .filter(v -> v.batched() && v.owner == v && v.stage <= at && at <= lastUse(v))
                            .filter(v -> !staysInChain(v))
                            .mapToLong(Value::elements)
                            .sum());
        }
        return heap / (most * Lanes.COUNT) * Lanes.COUNT;
    }

    /** All values that read a value, also through views of it. */
    private static List<Value> uses(Value v) {
        var uses = new ArrayList<Value>();
        var open = new ArrayDeque<>(v.users);
        while (!open.isEmpty()) {
            Value user = open.removeFirst();
            if (user.owner == v.owner) {
                open.addAll(user.users);
            } else {
                uses.add(user);
            }
        }
        return uses;
    }

    private boolean kept(Value v) {
        return kept.contains(v);
    }

    private int lastUse(Value v) {
        return kept(v)
                ? Integer.MAX_VALUE
                : uses(v).stream().mapToInt(u -> u.stage).max().orElse(v.stage);
    }

    /** A chain is one kernel: what it writes is taken from its first op on, what it reads until its last. */
    private static int firstOrder(Value v) {
        return v.chain == null ? v.order : v.chain.getFirst().order;
    }

    private int lastOrder(Value v) {
        return uses(v).stream()
                .mapToInt(u -> u.chain == null ? u.order : u.chain.getLast().order)
                .max()
                .orElse(v.chain == null ? v.order : v.chain.getLast().order);
    }

    /** Whether only later ops of the same chain read a value. */
    private boolean staysInChain(Value v) {
        return v.chain != null && !kept(v) && uses(v).stream().allMatch(use -> Objects.equals(use.chain, v.chain));
    }

    private void storeInPlace() {
        int last = program.lastStage();
        for (Program.Store store : program.stores) {
            Value v = store.value();
            boolean elementwise = v.op instanceof BinaryOp || v.op instanceof UnaryOp;
            boolean single = program.stores.stream().filter(s -> s.value() == v).count() == 1
                    && program.outputs.stream().noneMatch(o -> o.owner == v);
            boolean unread = program.values.stream()
                    .filter(u -> u.variable == store.target())
                    .flatMap(u -> uses(u).stream())
                    .allMatch(u -> u.stage < last || u.order <= v.order);
            if (elementwise && single && unread && v.form == Form.ROWS && v.stage == last && v.owner == v) {
                v.place = Place.of(store.target());
                stored.add(v);
            }
        }
    }

    /** Whether a value is computed right into the variable that it is assigned to. */
    boolean storedInPlace(Value v) {
        return stored.contains(v);
    }
}
