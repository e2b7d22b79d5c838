package org.skipjack.core.cpu;

import java.util.Arrays;
import java.util.List;
import org.skipjack.core.Variable;

/**
 * What a plan computes from variables alone, such as packed weights. It is kept in memory of its own and computed again only
 * when a variable has changed.
 */
final class Preparation {
    private final List<Phase> phases;
    private final List<Variable> variables;
    private final long[] versions;

    /** The preparation of a plan, whose values have been {@link #mark marked}. */
    Preparation(Program program, List<Phase> phases) {
        this.phases = phases;
        this.variables = program.values.stream()
                .filter(v -> v.variable != null && v.users.stream().anyMatch(u -> u.owner == v || u.prepared))
                .map(v -> v.variable)
                .toList();
        this.versions = new long[variables.size()];
        Arrays.fill(versions, -1);
    }

    /** Marks what follows from variables alone. */
    static void mark(Program program) {
        for (Value v : program.values) {
            v.prepared = !v.leaf()
                    && v.owner == v
                    && v.inputs.stream().allMatch(in -> in.owner.variable != null || in.owner.prepared);
        }
    }

    /** Computes it if it is not up to date. */
    void run(Workers workers) {
        boolean stale = false;
        for (int i = 0; i < versions.length; i++) {
            stale |= variables.get(i).version() != versions[i];
        }
        if (stale) {
            workers.run(phases);
            Arrays.setAll(versions, i -> variables.get(i).version());
        }
    }
}
