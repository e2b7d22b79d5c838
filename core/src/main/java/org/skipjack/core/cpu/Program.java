package org.skipjack.core.cpu;

import java.util.ArrayList;
import java.util.List;
import org.skipjack.core.Variable;

/** A graph on its way through the planner: its values in an order in which operands come first. */
final class Program {
    /** A variable's new value. */
    record Store(Variable target, Value value) {}

    /** Examples in the batch; 0 if nothing is batched. */
    final int batch;

    /** Threads that run it, which may change how large tasks are but not what is computed. */
    final int threads;

    final List<Value> values = new ArrayList<>();
    final List<Value> data = new ArrayList<>();
    final List<Value> outputs = new ArrayList<>();
    final List<Store> stores = new ArrayList<>();

    Program(int batch, int threads) {
        this.batch = batch;
        this.threads = threads;
    }

    /** The values of each stage from {@link Schedule#PREPARATION} on, in order. */
    List<List<Value>> stages() {
        var stages = new ArrayList<List<Value>>();
        int last = lastStage();
        for (int stage = Schedule.PREPARATION; stage <= last; stage++) {
            stages.add(new ArrayList<>());
        }
        values.forEach(v -> stages.get(v.stage - Schedule.PREPARATION).add(v));
        return stages;
    }

    int lastStage() {
        return values.stream().mapToInt(v -> v.stage).max().orElse(0);
    }
}
