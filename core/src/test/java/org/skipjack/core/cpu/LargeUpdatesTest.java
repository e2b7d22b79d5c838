package org.skipjack.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skipjack.core.Assignment;
import org.skipjack.core.Buffer;
import org.skipjack.core.Graph;
import org.skipjack.core.Parameter;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;

/** Variables so large that the threads divide their update among them. */
class LargeUpdatesTest {
    private static final int N = 300_001;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void everyElementIsUpdatedOnceFromItsOldValue(int threads) {
        var counts = new Buffer("counts", Shape.of(N));
        var before = new Buffer("before", Shape.of(N));
        var after = new Buffer("after", Shape.of(N));
        for (int i = 0; i < N; i++) {
            counts.values()[i] = i;
        }
        Tensor next = counts.mul(2f).add(1f);
        var updates = List.of(
                new Assignment(before, counts), new Assignment(counts, next), new Assignment(after, next.add(1f)));
        run(threads, updates);
        float[] expectedBefore = new float[N];
        float[] expected = new float[N];
        float[] expectedAfter = new float[N];
        for (int i = 0; i < N; i++) {
            expectedBefore[i] = i;
            expected[i] = 2 * i + 1;
            expectedAfter[i] = 2 * i + 2;
        }
        assertThat(counts.toFloatArray()).isEqualTo(expected);
        assertThat(before.toFloatArray()).isEqualTo(expectedBefore);
        assertThat(after.toFloatArray()).isEqualTo(expectedAfter);
    }

    /** A sum over the batch by rows, one by blocks, and an update that needs both. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5})
    void bitsDoNotDependOnTheNumberOfThreads(int threads) {
        assertThat(trained(threads)).isEqualTo(trained(1));
    }

    @Test
    void aLargeUpdateIsDividedAndASmallOneJoinsTheSmallKernelsBeforeIt() {
        var large = new Parameter("large", Shape.of(1000, 1000));
        var small = new Parameter("small", Shape.of(100, 100));
        var updates = List.of(new Assignment(large, large.mul(2f)), new Assignment(small, small.mul(2f)));
        String plan = new CpuBackend(2).compile(Graph.of(List.of(), updates)).explain();
        assertThat(plan)
                .contains("rows, 1 tasks\n  constant[] ROWS")
                .contains("\n  multiply[100, 100] ")
                .contains("rows, 31 tasks\n  multiply[1000, 1000] ");
    }

    private static float[] trained(int threads) {
        var random = new Random(5);
        var weight = new Parameter("weight", Shape.of(600, 500));
        var velocity = new Buffer("velocity", Shape.of(600, 500));
        weight.assign(normal(random, weight.shape()));
        Tensor x = Tensor.wrap(normal(random, Shape.of(50, 500)), 50, 500);
        for (int step = 0; step < 2; step++) {
            Tensor y = x.matmul(weight.permute(1, 0)).sigmoid();
            Tensor gradient = y.permute(1, 0).matmul(x).add(y.sum(true, 0).permute(1, 0));
            Tensor next = velocity.mul(0.9f).add(gradient);
            run(threads, List.of(new Assignment(velocity, next), new Assignment(weight, weight.sub(next.mul(0.01f)))));
        }
        return weight.toFloatArray();
    }

    private static void run(int threads, List<Assignment> updates) {
        Graph graph = Graph.of(List.of(), updates);
        new CpuBackend(threads).compile(graph).run(graph.data());
    }

    private static float[] normal(Random random, Shape shape) {
        var values = new float[shape.elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
