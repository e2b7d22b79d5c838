package org.skipjack.core;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.skipjack.core.backend.Executable;

/** Compiled plans by structure, the least recently used one forgotten first. */
final class Plans {
    private static final int CAPACITY = 32;

    private final Map<PlanKey, Executable> cache = new LinkedHashMap<>(CAPACITY, 0.75f, true);

    Executable get(PlanKey key, Supplier<Executable> compile) {
        Executable plan = cache.get(key);
        if (plan == null) {
            plan = compile.get();
            cache.put(key, plan);
            if (cache.size() > CAPACITY) {
                cache.remove(cache.keySet().iterator().next());
            }
        }
        return plan;
    }

    /** Runs a plan and keeps the outputs' values with their nodes. */
    static void run(Executable plan, List<Tensor> data, List<Tensor> outputs) {
        float[][] values = plan.run(data);
        for (int i = 0; i < values.length; i++) {
            outputs.get(i).remember(values[i]);
        }
    }
}
