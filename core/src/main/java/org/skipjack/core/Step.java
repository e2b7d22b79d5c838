package org.skipjack.core;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.skipjack.core.backend.Executable;

/**
 * One training step in one plan: forward, gradients, and the assignments that an update rule derives from the loss.
 *
 * <p>The update rule runs only when a loss of a new structure comes along; other steps record the forward expression,
 * find its plan and replay it. What changes from step to step (a learning rate) therefore lives in a {@link Buffer}.
 */
public final class Step {
    private final Function<Tensor, List<Assignment>> update;
    private final Plans plans = new Plans();

    /** A step with that update rule: from the loss to the assignments. */
    public Step(Function<Tensor, List<Assignment>> update) {
        this.update = update;
    }

    /**
     * Runs one step. Afterwards the loss and the other tensors asked for know their values.
     *
     * @param loss a scalar
     * @param fetches further tensors wanted from the same forward pass
     */
    public void run(Tensor loss, Tensor... fetches) {
        var outputs = new ArrayList<Tensor>();
        outputs.add(loss);
        outputs.addAll(List.of(fetches));
        Graph forward = Graph.of(outputs, List.of());
        Device device = Device.of(forward);
        synchronized (device) {
            Plans.run(plan(forward, loss, device), forward.data(), outputs);
        }
    }

    /** The plan that {@link #run} would replay, for looking at. */
    public Executable plan(Tensor loss) {
        Graph forward = Graph.of(List.of(loss), List.of());
        return plan(forward, loss, Device.of(forward));
    }

    private Executable plan(Graph forward, Tensor loss, Device device) {
        return plans.get(PlanKey.of(forward), () -> {
            Graph whole = Graph.of(forward.outputs(), update.apply(loss));
            return device.backend().compile(whole);
        });
    }
}
