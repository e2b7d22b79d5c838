package org.skipjack.nn;

import java.util.function.Consumer;
import java.util.function.Supplier;
import org.skipjack.core.Tensor;

/** Shows the modules that a forward pass calls to whoever asked to see them, on this thread only. */
final class ForwardTrace {
    private static final ScopedValue<Consumer<Call>> OBSERVER = ScopedValue.newInstance();

    private ForwardTrace() {}

    /** One module's call and what came of it. */
    record Call(Module module, Tensor input, Tensor output) {}

    /** Runs a forward pass; the observer sees each call when it ends, inner ones first. */
    static Tensor observe(Consumer<Call> observer, Supplier<Tensor> forward) {
        return ScopedValue.where(OBSERVER, observer).call(forward::get);
    }

    static void record(Module module, Tensor input, Tensor output) {
        if (OBSERVER.isBound()) {
            OBSERVER.get().accept(new Call(module, input, output));
        }
    }
}
