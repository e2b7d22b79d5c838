package org.skipjack.cli;

import java.util.List;

/**
 * Some steps of a warm-up, one after the other.
 *
 * @param start seconds from the first step of all until these began
 * @param median seconds of a step
 */
record StepWindow(double start, double median) {
    /** How many times as long as later ones steps may take when the program is warm. */
    private static final double WARM = 1.1;

    /**
     * Seconds after which the program was warm: until the first of the windows whose steps took no longer than later ones, but for a tenth.
     *
     * @param windows in order
     * @param later seconds of a step after them
     * @param otherwise the answer if there is no such window
     */
    static double warm(List<StepWindow> windows, double later, double otherwise) {
        return windows.stream()
                .filter(window -> window.median <= WARM * later)
                .mapToDouble(StepWindow::start)
                .findFirst()
                .orElse(otherwise);
    }
}
