package org.skipjack.core;

import java.util.List;
import org.skipjack.core.backend.Executable;

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
            Plans.run(plan(graph, device), graph.data(), wanted);
        }
    }

    /** The plan that {@link #evaluate} would run, for looking at. */
    public static Executable plan(List<Tensor> outputs) {
        Graph graph = Graph.of(outputs, List.of());
        Device device = Device.of(graph);
        synchronized (device) {
            return plan(graph, device);
        }
    }

    private static Executable plan(Graph graph, Device device) {
        return device.plans().get(PlanKey.of(graph), () -> device.backend().compile(graph));
    }
}
