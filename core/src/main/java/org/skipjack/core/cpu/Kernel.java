package org.skipjack.core.cpu;

/**
 * One kernel of a plan, ready to run.
 *
 * @param label op and shapes, for {@code explain}
 * @param flops floating-point operations of one task
 * @param body does one task
 */
record Kernel(String label, long flops, Body body) {
    /** Does one task on behalf of one thread. */
    @FunctionalInterface
    interface Body {
        void run(int task, int worker);
    }
}
