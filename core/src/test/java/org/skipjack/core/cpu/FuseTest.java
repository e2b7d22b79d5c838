package org.skipjack.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.skipjack.core.Graph;
import org.skipjack.core.Tensor;
import org.skipjack.core.backend.Backend;
import org.skipjack.core.backend.ReferenceBackend;

/** Chains of element-wise ops with views between them. */
class FuseTest {
    private static final int N = 40;

    private static Tensor maps() {
        var random = new Random(3);
        float[] values = new float[N * 3 * 5 * 7];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(-8, 8);
        }
        return Tensor.wrap(values, N, 3, 5, 7);
    }

    private static void assertSameAsReference(Tensor y) {
        assertThat(run(new CpuBackend(2), y)).isEqualTo(run(new ReferenceBackend(), y));
    }

    private static float[] run(Backend backend, Tensor y) {
        Graph graph = Graph.of(List.of(y), List.of());
        return backend.compile(graph).run(graph.data())[0];
    }

    /** As in the gradient of ReLU, flatten and dropout. */
    @Test
    void aChainGoesOnThroughAReshape() {
        Tensor flat = maps().relu().reshape(N, 105).mul(2f);
        assertSameAsReference(flat.reshape(N, 3, 5, 7).add(maps()).relu());
        assertSameAsReference(flat.reshape(N, 3, 5, 7).add(1f).reshape(N, 105).mul(flat));
    }

    /** The first tile of the product needs a number of the sum's last one. */
    @Test
    void aPartOfAChainIsReadOnlyWhenAllOfItIsThere() {
        float[] values = new float[3000];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % 17;
        }
        Tensor sum = Tensor.wrap(values, values.length).relu().add(1f);
        assertSameAsReference(sum.mul(sum.slice(0, 2999, 3000)));
        assertSameAsReference(sum.mul(sum.slice(0, 5, 6)));
    }
}
