package org.skipjack.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.skipjack.core.Graph;
import org.skipjack.core.OpCases;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;
import org.skipjack.core.op.CrossEntropy;

/** The CPU backend against the definitions of the ops, and against itself on other numbers of threads. */
class CpuBackendTest {
    private static final CpuBackend CPU = new CpuBackend(2);
    private static final CpuBackend WINOGRAD = new CpuBackend(2, Set.of());
    private static final CpuBackend DIRECT =
            new CpuBackend(2, Set.of("winogradSweep", "winograd", "winogradEverywhere"));

    static Stream<OpCases.Case> exact() {
        return OpCases.exact();
    }

    static Stream<OpCases.Case> all() {
        return OpCases.all();
    }

    @ParameterizedTest
    @MethodSource("exact")
    void wholeNumbersComeOutBitForBit(OpCases.Case c) {
        List<double[]> expected = c.expected();
        float[][] got = run(DIRECT, c.outputs());
        for (int i = 0; i < got.length; i++) {
            for (int j = 0; j < got[i].length; j++) {
                assertThat((double) got[i][j]).as("output %d, element %d", i, j).isEqualTo(expected.get(i)[j]);
            }
        }
    }

    /**
     * Chains of up to a dozen ops on normal data: each adds a few roundings of 2⁻²⁴ of the result's size; results that
     * cancel (the gradient of a bias before a batch norm is zero) are held against size 1 instead. Those of Winograd's
     * algorithm are larger: 1.7e-6 is the deviation of one convolution or gradient of up to 64 terms (derived in WinogradErrors
     * of the kernels' tests), four follow one another in a residual block, and no result of a million is five deviations off;
     * {@code 5 √4 1.7e-6} is 17e-6. With a kernel of 5x5 the deviation is four times as large, and in
     * the corners of weight gradients 1.9 times that (36 instead of 19 in each dimension); nothing follows: {@code 5 √1 1.9 6.8e-6} is
     * 65e-6.
     */
    @ParameterizedTest
    @MethodSource("all")
    void realNumbersComeOutWithinRoundings(OpCases.Case c) {
        List<double[]> expected = c.expected();
        assertClose(run(DIRECT, c.outputs()), expected, 8e-6);
        if (c.name().contains("conv2d") || c.name().contains("residual")) {
            boolean five = c.name().contains(", 5, 5] stride");
            assertClose(run(WINOGRAD, c.outputs()), expected, five ? 65e-6 : 17e-6);
        }
    }

    private static void assertClose(float[][] got, List<double[]> expected, double relative) {
        for (int i = 0; i < got.length; i++) {
            double square = 0;
            for (double e : expected.get(i)) {
                square += e * e;
            }
            double size = Math.sqrt(square / Math.max(1, got[i].length));
            for (int j = 0; j < got[i].length; j++) {
                double e = expected.get(i)[j];
                if (e != got[i][j] && !(Double.isNaN(e) && Float.isNaN(got[i][j]))) {
                    assertThat(Math.abs(got[i][j] - e))
                            .as("output %d, element %d: %s instead of %s", i, j, got[i][j], e)
                            .isLessThanOrEqualTo(2e-6 + relative * size);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4})
    void bitsDoNotDependOnTheNumberOfThreads(int threads) {
        var other = new CpuBackend(threads);
        OpCases.all()
                .limit(400)
                .forEach(c -> assertThat(run(other, c.outputs())).as(c.name()).isDeepEqualTo(run(CPU, c.outputs())));
    }

    @Test
    void aLabelOutsideTheClassesIsNamedWithItsExample() {
        assertThatThrownBy(() -> run(CPU, List.of(lossOfALabelOutside())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("[crossEntropy]: label 10 of example 18 is outside 0..9");
    }

    @Test
    void aFailedPlanDoesNotHinderTheNextOne() {
        assertThatThrownBy(() -> run(CPU, List.of(lossOfALabelOutside()))).isInstanceOf(IllegalArgumentException.class);
        Tensor x = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
        assertThat(run(CPU, List.of(x.add(1f)))[0]).containsExactly(2, 3, 4, 5);
    }

    /** Two values of 6.1 GiB that both live from one stage to the next. */
    @Test
    void aPlanThatCannotFitIsRefusedBeforeAnythingIsAllocated() {
        Shape wide = Shape.of(16384, 100_000);
        Tensor x = data(Shape.of(16384, 1));
        Tensor a = x.broadcastTo(wide).exp();
        Tensor b = x.mul(2f).broadcastTo(wide).exp();
        Tensor both = a.mul(a.sum(true, 0)).sum().add(b.mul(b.sum(true, 0)).sum());
        assertThatThrownBy(() -> CPU.compile(Graph.of(List.of(both), List.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching(
                        "\\[plan\\]: a batch of 16384 needs more working memory than a plan can have, which is"
                                + " \\d+\\.\\d GiB \\(nine tenths of the heap set by -Xmx\\);"
                                + " use a larger heap or a batch of about \\d{4,5} or less");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4})
    void bitsOfWinogradConvolutionsDoNotDependOnTheNumberOfThreads(int threads) {
        var other = new CpuBackend(threads, Set.of());
        OpCases.all()
                .filter(c -> c.name().startsWith("block residual"))
                .forEach(c ->
                        assertThat(run(other, c.outputs())).as(c.name()).isDeepEqualTo(run(WINOGRAD, c.outputs())));
    }

    @Test
    void chainsOfElementwiseOpsAreOneKernel() {
        Tensor x = data(Shape.of(32, 5));
        String plan = CPU.compile(Graph.of(List.of(x.add(1f).sigmoid().mul(x)), List.of()))
                .explain();
        assertThat(plan).contains("add+sigmoid+multiply[32, 5]");
    }

    private static Tensor lossOfALabelOutside() {
        int[] labels = new int[20];
        labels[18] = 10;
        Tensor logits = Tensor.of(new float[200], 20, 10);
        return Tensor.record(new CrossEntropy(), logits, Tensor.ofInts(labels, 20));
    }

    private static Tensor data(Shape shape) {
        var random = new Random(7);
        var values = new float[shape.elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat();
        }
        return Tensor.wrap(values, shape.dims());
    }

    private static float[][] run(CpuBackend backend, List<Tensor> outputs) {
        Graph graph = Graph.of(outputs, List.of());
        return backend.compile(graph).run(graph.data());
    }
}
