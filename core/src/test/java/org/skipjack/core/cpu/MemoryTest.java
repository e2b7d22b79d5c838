package org.skipjack.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.skipjack.core.Graph;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;
import org.skipjack.core.op.BatchNorm;

/** Which values share memory, and which have none. */
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

    /** Two blocks of 16 examples, as kernels read them, of 7.2 GiB each; both are wanted when the sum over the batch is there. */
    @Test
    void aValueLongerThanAnArrayIsRefusedWithTheLargestBatchThatFits() {
        Tensor a = Tensor.wrap(new float[17], 17, 1)
                .broadcastTo(Shape.of(17, 120_000_000))
                .exp();
        assertThatThrownBy(() -> bytes(a.mul(a.sum(true, 0)).sum(false, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "[plan]: a value of a batch of 17 takes more memory than one array can have, which is 8.0 GiB;"
                                + " use a batch of 16 or less");
    }

    /** Each keeps a block of 16 examples of a million floats and some scratch. */
    @Test
    void moreThreadsThanOneArrayHasRoomForAreRefusedWithTheNumberThatFits() {
        Tensor x = Tensor.wrap(new float[17], 17, 1);
        Tensor a = x.broadcastTo(Shape.of(17, 1_000_000)).exp();
        Graph graph = Graph.of(List.of(a.sum(false, 1).add(a.max(false, 1))), List.of());
        assertThatThrownBy(() -> new CpuBackend(200).compile(graph))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching(
                        "\\[plan\\]: what 200 threads keep takes more memory than one array can have, which is"
                                + " 8\\.0 GiB; use 13[0-4] threads or less");
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
