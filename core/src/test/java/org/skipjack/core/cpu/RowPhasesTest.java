package org.skipjack.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which kernels on rows run beside which. */
class RowPhasesTest {
    private final RowPhases rows = new RowPhases();
    private final List<String> ran = new ArrayList<>();

    @Test
    void smallKernelsAreOneTaskInTheOrderOfTheProgram() {
        add("a", 1, Set.of(), Set.of("x"));
        add("b", 1, Set.of("x"), Set.of("y"));
        add("c", 1, Set.of(), Set.of("x"));
        assertThat(tasks()).containsExactly(1);
        assertThat(ran).containsExactly("a0", "b0", "c0");
    }

    @Test
    void independentKernelsShareAPhase() {
        add("a", 3, Set.of("w"), Set.of("x"));
        add("b", 1, Set.of("w"), Set.of("y"));
        add("c", 2, Set.of("w"), Set.of("z"));
        assertThat(tasks()).containsExactly(6);
        assertThat(ran).containsExactly("b0", "a0", "a1", "a2", "c0", "c1");
    }

    @Test
    void aKernelWaitsForWhatItReads() {
        add("a", 3, Set.of(), Set.of("x"));
        add("b", 1, Set.of("x"), Set.of("y"));
        add("c", 1, Set.of("y"), Set.of("z"));
        add("d", 2, Set.of("z"), Set.of("u"));
        assertThat(tasks()).containsExactly(3, 1, 2);
        assertThat(ran).containsExactly("a0", "a1", "a2", "b0", "c0", "d0", "d1");
    }

    @Test
    void aKernelWaitsForTheReadersAndWritersOfWhatItOverwrites() {
        add("reader", 2, Set.of("x"), Set.of("y"));
        add("writer", 2, Set.of(), Set.of("x"));
        add("second writer", 2, Set.of(), Set.of("x"));
        assertThat(tasks()).containsExactly(2, 2, 2);
    }

    @Test
    void aKernelWaitsForOneAndNotForAnother() {
        add("a", 2, Set.of(), Set.of("x"));
        add("b", 2, Set.of("x"), Set.of("y"));
        add("c", 2, Set.of(), Set.of("z"));
        assertThat(tasks()).containsExactly(4, 2);
        assertThat(ran).containsExactly("a0", "a1", "c0", "c1", "b0", "b1");
    }

    private void add(String name, int tasks, Set<Object> reads, Set<Object> writes) {
        rows.add(new Kernel(name, 0, (task, worker) -> ran.add(name + task)), tasks, reads, writes);
    }

    /** The number of tasks of each phase, having run them in order. */
    private List<Integer> tasks() {
        var phases = new ArrayList<Phase>();
        rows.flush("rows", phases);
        for (Phase phase : phases) {
            for (int task = 0; task < phase.tasks(); task++) {
                for (Kernel kernel : phase.kernels()) {
                    kernel.body().run(task, 0);
                }
            }
        }
        return phases.stream().map(Phase::tasks).toList();
    }
}
