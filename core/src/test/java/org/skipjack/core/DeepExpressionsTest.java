package org.skipjack.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.skipjack.core.backend.Backend;
import org.skipjack.core.backend.ReferenceBackend;
import org.skipjack.core.cpu.CpuBackend;

/** Expressions that are deeper than a thread's stack, as of an unrolled loop or a model of another system. */
class DeepExpressionsTest {
    private static final List<Backend> BACKENDS = List.of(new ReferenceBackend(), new CpuBackend(2));

    private final Parameter p = new Parameter("p", Shape.of(3));

    DeepExpressionsTest() {
        p.assign(new float[] {1, 2, 3});
    }

    /** {@code y := p - y} is {@code y} again after every second time, so the numbers stay whole and exact. */
    @Test
    void aHundredThousandOpsAreRecordedDifferentiatedPlannedAndRun() {
        Tensor y = Tensor.of(new float[] {4, 5, 6}, 3).mul(p);
        for (int i = 0; i < 50_000; i++) {
            y = y.neg().add(p);
        }
        var graph = graph(y.sum());
        assertThat(graph.nodes()).hasSizeGreaterThan(100_000);
        for (Backend backend : BACKENDS) {
            assertThat(backend.compile(graph).run(graph.data()))
                    .as(backend.describe())
                    .isDeepEqualTo(new float[][] {{4 + 10 + 18}, {4, 5, 6}});
        }
    }

    /** None of which is computed: each is a view of the one before. */
    @Test
    void twentyThousandViewsAreOnePieceOfMemory() {
        Tensor y = Tensor.of(new float[] {4, 5, 6}, 3).mul(p);
        for (int i = 0; i < 10_000; i++) {
            y = y.reshape(1, 3).reshape(3);
        }
        var graph = graph(y.sum());
        for (Backend backend : BACKENDS) {
            assertThat(backend.compile(graph).run(graph.data()))
                    .as(backend.describe())
                    .isDeepEqualTo(new float[][] {{4 + 10 + 18}, {4, 5, 6}});
        }
    }

    private Graph graph(Tensor loss) {
        var outputs = new ArrayList<>(List.of(loss));
        outputs.addAll(Gradients.of(loss, List.of(p)));
        return Graph.of(outputs, List.of());
    }
}
