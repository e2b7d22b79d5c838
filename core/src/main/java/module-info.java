/** Tensors, gradients, the planner and the CPU backend. Open {@code org.skipjack.core} first. */
module org.skipjack.core {
    requires static org.jspecify;
    requires org.skipjack.kernels;
}
