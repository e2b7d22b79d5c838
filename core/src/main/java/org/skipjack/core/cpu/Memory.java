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
 * Fourth pass: gives every value a place. Values that outlive their stage share the arena by lifetime; values that do not
 * get a piece for each thread, small enough to stay in its cache; an update writes into its variable where nothing reads
 * the old value afterwards.
 */
final class Memory {
    /** Floats that one array can hold, as all working memory is one. */
    private static final long LARGEST = Integer.MAX_VALUE - 64L;

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
    private int shared = Arena.FIRST;
    private int locals;
    private int temporaries;
    private int length;
    private long prepared;

    Memory(Program program, Arena arena, PreparedPlaces places) {
        this.program = program;
        this.arena = arena;
        this.places = places;
        this.blocks = Lanes.blocks(program.batch);
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
            if (v.batched() && lastUse(v) == v.stage && uses(v).stream().noneMatch(u -> u.form == Form.SWEEP)) {
                int length = floats((long) Lanes.COUNT * v.elements());
                var slots = local.computeIfAbsent(v.stage, s -> new Slots());
                Value first = reused.getOrDefault(v, v);
                int from = Math.min(firstOrder(v), firstOrder(first));
                int offset = floats(slots.fit(from, lastOrder(v), length));
                locals = floats(Math.max(locals, (long) offset + length));
                v.place = perWorker(offset);
            } else {
                global.add(v);
            }
        }
        global.sort(Comparator.comparingInt(this::length).reversed().thenComparingInt(v -> v.id));
        var slots = new Slots();
        for (Value v : global) {
            int offset = floats(Arena.FIRST + slots.fit(v.stage, lastUse(v), length(v)));
            shared = floats(Math.max(shared, (long) offset + length(v)));
            v.place = v.batched()
                    ? Place.perBlock(arena, offset, Lanes.COUNT * v.elements())
                    : Place.whole(arena, offset);
        }
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
        Place place = Place.perBlock(arena, shared, Lanes.pad(length));
        shared = floats((long) shared + (long) Lanes.pad(length) * blocks);
        return place;
    }

    /** Scratch of one kernel, for each thread; the kernels of a task use it in turn. */
    Place temporary(int from, int length) {
        temporaries = floats(Math.max(temporaries, (long) from + Lanes.pad(length)));
        Place place = perWorker(from);
        place.temporary = true;
        return place;
    }

    /** Fixes the threads' pieces once their size is known, and reserves it all. */
    void finish(int workers) {
        int stride = Lanes.pad(locals) + Lanes.pad(temporaries) + 5 * Lanes.COUNT;
        int base = shared - Arena.FIRST;
        base = Arena.FIRST + Lanes.pad(base);
        for (Place place : workerPlaces) {
            place.move(base + (place.temporary ? Lanes.pad(locals) : 0), stride);
        }
        length = floats(base + (long) stride * workers);
        arena.reserve(length);
    }

    long bytes() {
        return 4L * (length + prepared);
    }

    private Place perWorker(int offset) {
        Place place = Place.perWorker(arena, offset);
        workerPlaces.add(place);
        return place;
    }

    private int length(Value v) {
        return v.batched() ? floats((long) blocks * Lanes.COUNT * v.elements()) : Lanes.pad(v.elements());
    }

    /** A number of floats that there can be. */
    private int floats(long number) {
        long limit = Math.min(LARGEST, (long) (SHARE * Runtime.getRuntime().maxMemory()) / Float.BYTES);
        if (number > limit) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "[plan]: a batch of %d needs more working memory than a plan can have, which is %.1f GiB"
                            + " (nine tenths of the heap set by -Xmx, at most 8); use a batch of about %d or less",
                    program.batch,
                    limit * Float.BYTES / GIB,
                    largestBatch(limit)));
        }
        return (int) number;
    }

    /** Examples whose values fit at the stage in which most are alive, those of single threads counted like the rest. */
    private long largestBatch(long limit) {
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
        long blocks = limit / (most * Lanes.COUNT);
        return Math.max(1, blocks * Lanes.COUNT);
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
