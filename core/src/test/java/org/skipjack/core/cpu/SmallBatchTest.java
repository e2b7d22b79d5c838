package org.skipjack.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.skipjack.core.Buffer;
import org.skipjack.core.Graph;
import org.skipjack.core.Parameter;
import org.skipjack.core.Shape;
import org.skipjack.core.Tensor;
import org.skipjack.core.backend.Executable;
import org.skipjack.core.backend.ReferenceBackend;
import org.skipjack.core.op.AvgPool2d;
import org.skipjack.core.op.BatchNorm;
import org.skipjack.core.op.Conv2d;
import org.skipjack.core.op.MatMul;
import org.skipjack.core.op.MaxPool2d;
import org.skipjack.core.op.Window2d;

/** Inference on few examples, with channels side by side, against the double-precision reference and against lanes. */
class SmallBatchTest {
    private static final CpuBackend CPU = new CpuBackend(2);
    private final Random random = new Random(17);

    private float[] values(int n, double scale) {
        var values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) (random.nextGaussian() * scale);
        }
        return values;
    }

    private Parameter parameter(double scale, int... dims) {
        var p = new Parameter("p", Shape.of(dims));
        p.assign(values(p.shape().elements(), scale));
        return p;
    }

    private Tensor conv(Tensor x, int filters, int kernel, int stride, boolean bias) {
        int channels = x.shape().dim(1);
        Parameter w = parameter(1 / Math.sqrt(channels * kernel * kernel), filters, channels, kernel, kernel);
        Tensor y = Tensor.record(Conv2d.of(stride, kernel / 2), x, w);
        return bias ? y.add(parameter(1, filters).reshape(filters, 1, 1)) : y;
    }

    private Tensor norm(Tensor x) {
        int channels = x.shape().dim(1);
        var statistics = new Buffer("statistics", Shape.of(2, channels));
        float[] values = values(2 * channels, 0.5);
        for (int c = 0; c < channels; c++) {
            values[channels + c] = 0.5f + Math.abs(values[channels + c]);
        }
        statistics.assign(values);
        return Tensor.record(
                new BatchNorm(1e-5f, false), x, statistics, parameter(1, channels), parameter(1, channels));
    }

    private static Window2d window(int kernel, int stride, int padding) {
        return new Window2d(kernel, kernel, stride, stride, padding, padding);
    }

    /** A residual net with all that the layout meets: narrow input, pooling, shortcuts, a norm of its own, a linear layer. */
    private Tensor net(Tensor x) {
        Tensor y = norm(conv(x, 20, 5, 2, true)).relu();
        y = Tensor.record(new MaxPool2d(window(3, 2, 1)), y);
        y = norm(conv(norm(conv(y, 20, 3, 1, true)).relu(), 20, 3, 1, false))
                .add(y)
                .relu();
        y = norm(y).sigmoid().mul(2f);
        y = norm(conv(conv(y, 37, 3, 2, true).relu(), 37, 3, 1, true))
                .add(conv(y, 37, 1, 2, true))
                .relu();
        y = Tensor.record(new AvgPool2d(window(2, 2, 0), true), y);
        Tensor features = y.reshape(y.shape().dim(0), y.shape().elements(1, 4));
        return Tensor.record(
                        new MatMul(false, true),
                        features,
                        parameter(0.1, 7, features.shape().dim(1)))
                .add(parameter(1, 7));
    }

    private static Executable plan(CpuBackend backend, Tensor y) {
        return backend.compile(Graph.of(List.of(y), List.of()));
    }

    private static float[] run(CpuBackend backend, Tensor y) {
        Graph graph = Graph.of(List.of(y), List.of());
        return backend.compile(graph).run(graph.data())[0];
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 8})
    void agreesWithTheReference(int examples) {
        Tensor y = net(Tensor.wrap(values(examples * 2 * 17 * 19, 1), examples, 2, 17, 19));
        Graph graph = Graph.of(List.of(y), List.of());
        float[] expected = new ReferenceBackend().compile(graph).run(graph.data())[0];
        float[] got = run(CPU, y);
        // A dozen layers, each with a few roundings of sums of size 1.
        for (int i = 0; i < expected.length; i++) {
            assertThat(got[i]).isCloseTo(expected[i], within(2e-5f));
        }
    }

    @Test
    void theNetStaysInBlocksOfChannels() {
        Tensor y = net(Tensor.wrap(values(2 * 17 * 19, 1), 1, 2, 17, 19));
        assertThat(plan(CPU, y).explain())
                .contains("channelConvolution[1, 2, 9, 10, 16]")
                .contains("channelPool[1, 2, 5, 5, 16]")
                .contains("channelNorm[1, 2, 5, 5, 16]")
                .doesNotContain("relu")
                .doesNotContain("batchNorm")
                .doesNotContain("by definition")
                .doesNotContain("Packed");
    }

    @Test
    void largerBatchesLieInLanes() {
        Tensor y = net(Tensor.wrap(values(9 * 2 * 17 * 19, 1), 9, 2, 17, 19));
        assertThat(plan(CPU, y).explain()).contains("ToLanes").doesNotContain("channel");
    }

    /** Rounding errors of Winograd's sums of some three hundred products of size 1 are about three times the direct sums'. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void convolutionsOnLargeMapsAreComputedByWinograd(int examples) {
        Tensor x = Tensor.wrap(values(examples * 32 * 13 * 18, 1), examples, 32, 13, 18);
        Tensor y = norm(conv(x, 48, 3, 1, true)).relu();
        y = norm(conv(y, 48, 3, 1, false)).add(y).relu();
        var direct = new CpuBackend(2, Set.of("winograd", "winogradEverywhere"));
        assertThat(plan(CPU, y).explain()).contains("channelWinograd").doesNotContain("channelConvolution");
        assertThat(plan(direct, y).explain()).contains("channelConvolution").doesNotContain("channelWinograd");
        float[] expected = run(direct, y);
        float[] got = run(CPU, y);
        for (int i = 0; i < expected.length; i++) {
            assertThat(got[i]).isCloseTo(expected[i], within(2e-5f));
        }
        assertThat(run(new CpuBackend(3), y)).isEqualTo(got);
    }

    static Stream<String> rules() {
        return SmallBatch.RULES.stream().map(Rule::name);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void plansWithAndWithoutARuleAgree(String rule) {
        Tensor y = net(Tensor.wrap(values(3 * 2 * 17 * 19, 1), 3, 2, 17, 19));
        float[] expected = run(new CpuBackend(2, Set.of(rule)), y);
        float[] got = run(CPU, y);
        for (int i = 0; i < expected.length; i++) {
            assertThat(got[i]).isCloseTo(expected[i], within(2e-5f));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4})
    void bitsDoNotDependOnTheNumberOfThreads(int threads) {
        Tensor y = net(Tensor.wrap(values(2 * 17 * 19, 1), 1, 2, 17, 19));
        assertThat(run(new CpuBackend(threads), y)).isEqualTo(run(CPU, y));
    }

    @Test
    void aPlanFollowsItsVariables() {
        Tensor x = Tensor.wrap(values(6 * 25, 1), 1, 6, 5, 5);
        Parameter w = parameter(1, 4, 6, 1, 1);
        Tensor y = Tensor.record(Conv2d.of(1, 0), x, w);
        Graph graph = Graph.of(List.of(y), List.of());
        Executable plan = CPU.compile(graph);
        float[] before = plan.run(graph.data())[0];
        float[] doubled = w.toFloatArray();
        for (int i = 0; i < doubled.length; i++) {
            doubled[i] *= 2;
        }
        w.assign(doubled);
        float[] after = plan.run(graph.data())[0];
        for (int i = 0; i < before.length; i++) {
            assertThat(after[i]).isEqualTo(2 * before[i]);
        }
    }

    /** Each run of a plan computes anew what variables have changed since its last run, also where another plan did so. */
    @Test
    void plansForOtherBatchSizesShareWhatIsPreparedAndStayRight() {
        Parameter w = parameter(1, 4, 6, 1, 1);
        var backend = new CpuBackend(2);
        Graph one = Graph.of(List.of(Tensor.record(Conv2d.of(1, 0), Tensor.full(1, 1, 6, 2, 2), w)), List.of());
        Graph two = Graph.of(List.of(Tensor.record(Conv2d.of(1, 0), Tensor.full(1, 2, 6, 2, 2), w)), List.of());
        Executable first = backend.compile(one);
        Executable second = backend.compile(two);
        for (float weight : new float[] {1, 2, 3}) {
            w.fill(weight);
            assertThat(second.run(two.data())[0]).containsOnly(6 * weight);
            assertThat(first.run(one.data())[0]).containsOnly(6 * weight);
        }
    }

    /**
     * Two linear layers with a batch norm between them: one product each, and nothing between. Sums of 30 and 20 products of
     * size 1 at most err by 50 roundings of 2⁻²⁴, 3e-6, and the rest by a few.
     */
    @Test
    void aBatchNormBehindALinearLayerIsFoldedIntoIt() {
        Tensor x = Tensor.wrap(values(2 * 30, 1), 2, 30);
        Tensor y = norm(Tensor.record(new MatMul(false, true), x, parameter(0.2, 20, 30)))
                .relu();
        y = Tensor.record(new MatMul(false, true), y.sigmoid(), parameter(0.2, 7, 20))
                .add(parameter(1, 7));
        Graph graph = Graph.of(List.of(y), List.of());
        float[] expected = new ReferenceBackend().compile(graph).run(graph.data())[0];
        float[] got = run(CPU, y);
        for (int i = 0; i < expected.length; i++) {
            assertThat(got[i]).isCloseTo(expected[i], within(4e-6f));
        }
        assertThat(plan(CPU, y).explain()).doesNotContain("batchNorm").doesNotContain("relu");
    }

    /** What is small enough for one thread runs without waking another. */
    @Test
    void phasesOfOneTaskAreJoined() {
        Tensor x = Tensor.wrap(values(30, 1), 1, 30);
        Tensor y = Tensor.record(new MatMul(false, true), x, parameter(0.2, 20, 30))
                .sigmoid();
        String plan = plan(CPU, Tensor.record(new MatMul(false, true), y, parameter(0.2, 7, 20)))
                .explain();
        assertThat(plan.split("stage ")).hasSize(2);
    }
}
