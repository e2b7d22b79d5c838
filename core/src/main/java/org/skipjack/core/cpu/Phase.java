package org.skipjack.core.cpu;

import java.util.ArrayList;
import java.util.List;

/**
 * Kernels that run without waiting for each other: each task goes through all of them in order, the tasks are divided among
 * the threads, and all threads meet at the end.
 *
 * @param name for {@code explain}
 * @param tasks number of tasks
 * @param kernels what each task does
 * @param claimed whether a thread takes the next task when it has done one, whichever that is; else each has a range of
 *     its own, the same in all phases
 * @param assigns whether kernels may write variables; a plan is never given up in such a phase, or after it
 */
record Phase(String name, int tasks, List<Kernel> kernels, boolean claimed, boolean assigns) {
    /** Tasks that find in a thread's cache what the task of the same number left there. */
    static Phase inOrder(String name, int tasks, List<Kernel> kernels) {
        return new Phase(name, tasks, kernels, false, false);
    }

    /** The same with phases of a single task that follow each other as one, at whose seams nobody needs to meet. */
    static List<Phase> joined(List<Phase> phases) {
        var joined = new ArrayList<Phase>();
        int end;
        for (int first = 0; first < phases.size(); first = end) {
            end = first + 1;
            while (phases.get(first).tasks == 1 && end < phases.size() && phases.get(end).tasks == 1) {
                end++;
            }
            Phase phase = phases.get(first);
            var kernels = phases.subList(first, end).stream().flatMap(p -> p.kernels.stream());
            Phase together = end == first + 1 ? phase : inOrder(phase.name, 1, kernels.toList());
            boolean assigns = phases.subList(first, end).stream().anyMatch(Phase::assigns);
            joined.add(assigns ? together.assigning() : together);
        }
        return joined;
    }

    /** The same, with kernels that may write variables. */
    Phase assigning() {
        return new Phase(name, tasks, kernels, claimed, true);
    }

    /** Tasks of unlike length. */
    static Phase inAnyOrder(String name, int tasks, List<Kernel> kernels) {
        return new Phase(name, tasks, kernels, true, false);
    }
}
