package org.skipjack.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.skipjack.core.Graph;
import org.skipjack.core.Tensor;
import org.skipjack.core.op.BatchNorm;

/** Which values share memory. */
class MemoryTest {
    private static final int CHANNELS = 8;
    private static final int SIDE = 12;

    private static final Tensor X = Tensor.wrap(new float[32 * CHANNELS * SIDE * SIDE], 32, CHANNELS, SIDE, SIDE);

    /** Of one block, as each thread keeps it. */
    private static final long MAP = 4L * 16 * CHANNELS * SIDE * SIDE;

    /** They bring the scratch of their loop, an eighth of a map here, but no map. */
    @Test
    void elementwiseChainsAreWrittenOverOperandsThatDieThere() {
        Tensor norm = norm();
        assertThat(bytes(pixels(norm.relu().add(1f))) - bytes(pixels(norm))).isBetween(0L, MAP / 8);
    }

    @Test
    void anOperandThatIsReadLaterKeepsItsMemory() {
        Tensor norm = norm();
        Tensor chain = norm.relu();
        assertThat(bytes(pixels(chain).add(pixels(norm))) - bytes(pixels(chain)))
                .isGreaterThanOrEqualTo(MAP);
    }

    private static Tensor norm() {
        Tensor gamma = Tensor.full(1, CHANNELS);
        Tensor statistics = Tensor.full(1, 2, CHANNELS);
        return Tensor.record(new BatchNorm(1e-5f, false), X, statistics, gamma, Tensor.full(0, CHANNELS));
    }

    private static Tensor pixels(Tensor maps) {
        return maps.sum(false, 2, 3);
    }

    private static long bytes(Tensor output) {
        return new CpuBackend(1).compile(Graph.of(List.of(output), List.of())).workspaceBytes();
    }
}
