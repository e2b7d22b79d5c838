package org.skipjack.core.cpu;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

/**
 * What follows the blocks of a stage: kernels on values that are not batched. A large one is divided into tasks, the small
 * ones of a phase are one task together, and the threads take the tasks of a phase as they come. A kernel waits for the
 * next phase only if it meets memory that another one of the phase writes.
 */
final class RowPhases {
    private record Row(Kernel kernel, int tasks, Set<Object> reads, Set<Object> writes, int phase) {
        /** Whether it must have ended before a kernel that comes later in the program may start. */
        boolean precedes(Set<Object> laterReads, Set<Object> laterWrites) {
            return !Collections.disjoint(writes, laterReads)
                    || !Collections.disjoint(writes, laterWrites)
                    || !Collections.disjoint(reads, laterWrites);
        }
    }

    private final List<Row> rows = new ArrayList<>();

    /**
     * Adds a kernel, after all that it reads.
     *
     * @param tasks into how many tasks it is divided, which run in any order and at the same time
     * @param reads the memory that it reads, see {@link Place#memory}
     * @param writes the memory that it writes
     */
    void add(Kernel kernel, int tasks, Set<Object> reads, Set<Object> writes) {
        int phase = 0;
        for (Row earlier : rows) {
            if (earlier.precedes(reads, writes)) {
                boolean together = tasks == 1 && earlier.tasks == 1;
                phase = Math.max(phase, together ? earlier.phase : earlier.phase + 1);
            }
        }
        rows.add(new Row(kernel, tasks, reads, writes, phase));
    }

    /** Moves the kernels into phases. */
    void flush(String name, List<Phase> to) {
        int last = rows.stream().mapToInt(Row::phase).max().orElse(-1);
        for (int p = 0; p <= last; p++) {
            int phase = p;
            to.add(phase(name, rows.stream().filter(r -> r.phase == phase).toList()));
        }
        rows.clear();
    }

    private static Phase phase(String name, List<Row> rows) {
        var small = rows.stream().filter(r -> r.tasks == 1).map(Row::kernel).toList();
        var large = rows.stream().filter(r -> r.tasks > 1).toList();
        if (large.isEmpty()) {
            return Phase.inOrder(name, 1, small);
        }
        var bodies = new ArrayList<Kernel.Body>();
        var starts = new ArrayList<Integer>();
        long flops = small.stream().mapToLong(Kernel::flops).sum();
        if (!small.isEmpty()) {
            Kernel.Body[] sequence = small.stream().map(Kernel::body).toArray(Kernel.Body[]::new);
            starts.add(0);
            bodies.add((task, worker) -> {
                for (Kernel.Body body : sequence) {
                    body.run(0, worker);
                }
            });
        }
        for (Row row : large) {
            int start = bodies.size();
            flops += row.tasks * row.kernel.flops();
            starts.addAll(Collections.nCopies(row.tasks, start));
            bodies.addAll(Collections.nCopies(row.tasks, row.kernel.body()));
        }
        int[] start = starts.stream().mapToInt(i -> i).toArray();
        Kernel.Body[] body = bodies.toArray(Kernel.Body[]::new);
        var joined = new Kernel(
                labels(rows), flops / body.length, (task, worker) -> body[task].run(task - start[task], worker));
        return Phase.inAnyOrder(name, body.length, List.of(joined));
    }

    private static String labels(List<Row> rows) {
        var counts = new LinkedHashMap<String, Integer>();
        rows.forEach(r -> counts.merge(r.kernel.label(), 1, Integer::sum));
        var labels = new ArrayList<String>();
        counts.forEach((label, count) -> labels.add(count == 1 ? label : count + " x " + label));
        return String.join(", ", labels);
    }
}
