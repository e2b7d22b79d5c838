/** Tensors, gradients, the planner and the CPU backend. Open {@code org.skipjack.core} first. */
module org.skipjack.core {
    requires static transitive org.jspecify;
    requires org.skipjack.kernels;

    exports org.skipjack.core;
    exports org.skipjack.core.backend;
    exports org.skipjack.core.op;

    uses org.skipjack.core.backend.BackendProvider;
}
