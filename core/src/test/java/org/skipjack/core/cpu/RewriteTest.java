package org.skipjack.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.skipjack.core.Graph;
import org.skipjack.core.OpCases;

/** Each rule of the planner: plans with and without it agree, and it finds its pattern in the blocks that nets are made of. */
class RewriteTest {
    private static final CpuBackend ALL = new CpuBackend(2, Set.of());

    static Stream<String> rules() {
        return Rewrite.RULES.stream().map(Rule::name);
    }

    /** Rules change the order of a few additions: results of size s agree within some roundings of s. */
    @ParameterizedTest
    @MethodSource("rules")
    void plansWithAndWithoutARuleAgree(String rule) {
        var without = new CpuBackend(2, Set.of(rule));
        OpCases.all().filter(c -> c.name().startsWith("block")).forEach(c -> {
            float[][] expected = run(without, c);
            float[][] got = run(ALL, c);
            for (int i = 0; i < got.length; i++) {
                double size = 0;
                for (float e : expected[i]) {
                    size = Math.max(size, Math.abs(e));
                }
                for (int j = 0; j < got[i].length; j++) {
                    assertThat(got[i][j]).as(c.name()).isCloseTo(expected[i][j], within((float) (4e-6 + 1e-5 * size)));
                }
            }
        });
    }

    @Test
    void theGradientOfTheFirstHalfOfLeNetIsFused() {
        String plan = OpCases.all()
                .filter(c -> c.name().startsWith("block conv2d batchNorm sigmoid avgPool2d"))
                .findFirst()
                .map(c ->
                        ALL.compile(Graph.of(c.outputs(), java.util.List.of())).explain())
                .orElseThrow();
        assertThat(plan)
                .contains("NormSigmoid[")
                .contains("NormSigmoidSums[")
                .contains("NormSigmoidInputGradient[")
                .doesNotContain("sigmoid_gradient")
                .doesNotContain("avgPool2dGradient");
    }

    @Test
    void theGradientOfABiasBeforeABatchNormIsZero() {
        OpCases.all()
                .filter(c -> c.name().startsWith("block matmul bias batchNorm"))
                .forEach(c -> {
                    float[] bias = run(ALL, c)[3];
                    assertThat(bias).as(c.name()).containsOnly(0f);
                });
    }

    @Test
    void residualBlocksAreComputedByWinogradsAlgorithmWhereItIsFaster() {
        var auto = new CpuBackend(2);
        assertThat(explain(auto, "block residual [35, 32, 7, 7]"))
                .contains("winogradFilters[")
                .contains("winogradConvolution[")
                .contains("winogradInputGradient[")
                .contains("winogradWeightGradient[")
                .doesNotContain("conv2d");
        assertThat(explain(auto, "block residual [2, 16, 6, 6]")).doesNotContain("winograd");
        assertThat(explain(ALL, "block residual [2, 16, 6, 6]")).contains("winograd");
    }

    @Test
    void residualBlocksOnSmallMapsAreComputedByWinogradsAlgorithmOverTheWholeBatch() {
        assertThat(explain(new CpuBackend(2), "block residual [2, 64, 3, 3]"))
                .contains("winogradProducts[")
                .contains("winogradResults[")
                .contains("winogradWeightGradient[")
                .doesNotContain("conv2d");
        var without = new CpuBackend(2, Set.of("winogradSweep", "winogradEverywhere"));
        assertThat(explain(without, "block residual [2, 64, 3, 3]")).doesNotContain("winograd");
    }

    @Test
    void convolutionsByTwosAreComputedByWinogradsAlgorithmWhereTilesCoverTheMap() {
        var auto = new CpuBackend(2);
        assertThat(explain(auto, "block residual with projection [18, 64, 6, 6] [80, 64, 3, 3]"))
                .contains("winogradProducts[")
                .contains("winogradResults[")
                .contains("winogradWeightGradient[80, 64, 3, 3]")
                .doesNotContain("conv2dWeightGradient[80, 64, 3, 3]");
        assertThat(explain(auto, "block residual with projection [2, 64, 23, 23] [64, 64, 3, 3]"))
                .contains("winogradConvolution[")
                .contains("winogradInputGradient[")
                .contains("winogradWeightGradient[64, 64, 3, 3]")
                .doesNotContain("conv2dWeightGradient[64, 64, 3, 3]");
        assertThat(explain(auto, "block residual with projection [2, 16, 6, 6] [33, 16, 3, 3]"))
                .doesNotContain("winograd");
    }

    /** Maps of 5x5 are pooled to 3x3. */
    @Test
    void reluBeforeAMaxPoolIsComputedBehindIt() {
        String block = "block conv2d batchNorm relu maxPool2d [5, 3, 9, 9] [16, 3, 3, 3]";
        var with = new CpuBackend(2, Set.of("poolNorm", "winogradEverywhere"));
        var without = new CpuBackend(2, Set.of("reluPool", "poolNorm", "winogradEverywhere"));
        assertThat(explain(with, block))
                .contains("relu+relu_gradient[5, 16, 3, 3]")
                .containsOnlyOnce("maxPool2d[");
        assertThat(explain(without, block)).contains("relu[5, 16, 5, 5]").contains("relu_gradient[5, 16, 5, 5]");
        OpCases.all()
                .filter(c -> c.name().startsWith("block conv2d batchNorm relu maxPool2d"))
                .forEach(c -> assertThat(run(with, c)).as(c.name()).isDeepEqualTo(run(without, c)));
    }

    /** Channels of negative gamma included, which normal data have. */
    @Test
    void batchNormBeforeAMaxPoolIsComputedBehindIt() {
        String block = "block conv2d batchNorm relu maxPool2d [5, 3, 9, 9] [16, 3, 3, 3]";
        var without = new CpuBackend(2, Set.of("poolNorm", "winogradEverywhere"));
        assertThat(explain(new CpuBackend(2), block))
                .contains("batchNorm[5, 16, 3, 3]")
                .containsOnlyOnce("ExtremePool[5, 16, 3, 3]")
                .contains("PoolNormInputGradient[5, 16, 5, 5]")
                .doesNotContain("batchNorm[5, 16, 5, 5]")
                .doesNotContain("ExtremePoolGradient")
                .doesNotContain("maxPool2d");
        assertThat(explain(without, block)).contains("batchNorm[5, 16, 5, 5]").doesNotContain("ExtremePool");
        assertThat(explain(new CpuBackend(2), "block batchNorm evaluation relu maxPool2d [17, 5, 7, 8]"))
                .contains("ExtremePool[17, 5, 3, 4]")
                .contains("ExtremePoolGradient[17, 5, 7, 8]");
        OpCases.all()
                .filter(c -> c.name().startsWith("block conv2d batchNorm relu maxPool2d"))
                .forEach(c ->
                        assertThat(run(new CpuBackend(2), c)[0]).as(c.name()).isEqualTo(run(without, c)[0]));
    }

    private static String explain(CpuBackend backend, String name) {
        return OpCases.all()
                .filter(c -> c.name().equals(name))
                .findFirst()
                .map(c -> backend.compile(Graph.of(c.outputs(), java.util.List.of()))
                        .explain())
                .orElseThrow();
    }

    private static float[][] run(CpuBackend backend, OpCases.Case c) {
        Graph graph = Graph.of(c.outputs(), java.util.List.of());
        return backend.compile(graph).run(graph.data());
    }
}
