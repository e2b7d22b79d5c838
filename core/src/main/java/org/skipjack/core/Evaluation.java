package org.skipjack.core;

import java.util.List;

/** Computes the values of recorded expressions on the device that holds their variables. */
public final class Evaluation {
    private Evaluation() {}

    /** Computes several tensors in one plan, so that what they share is computed once. */
    public static void evaluate(List<Tensor> outputs) {
        var wanted = outputs.stream().filter(t -> !t.isKnown()).toList();
        if (wanted.isEmpty()) {
            return;
        }
        Graph graph = Graph.of(wanted, List.of());
        Device device = Device.of(graph);
        synchronized (device) {
            var plan =
                    device.plans().get(PlanKey.of(graph), () -> device.backend().compile(graph));
            Plans.run(plan, graph.data(), wanted);
        }
    }
}
