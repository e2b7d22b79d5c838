package org.skipjack.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.skipjack.core.OpCases.Case;
import org.skipjack.core.backend.ReferenceBackend;
import org.skipjack.core.op.BinaryOp;
import org.skipjack.core.op.UnaryOp;

/** The cases are what they promise: complete, away from kinks, and exact where they say so. */
class OpCasesTest {
    private static final List<String> LABELS = List.of(
            "adaptiveAvgPool2d",
            "adaptiveAvgPool2dGradient",
            "argMax",
            "avgPool2d",
            "avgPool2dGradient",
            "batchNorm",
            "batchNormInputGradient",
            "batchNormSums",
            "batchStatistics",
            "broadcastTo",
            "concatenate",
            "constant",
            "conv2d",
            "conv2dInputGradient",
            "conv2dWeightGradient",
            "crossEntropy",
            "crossEntropyGradient",
            "logSoftmax",
            "matmul",
            "max",
            "maxPool2d",
            "maxPool2dGradient",
            "pad",
            "permute",
            "randomUniform",
            "reshape",
            "slice",
            "sum");

    @Test
    void everyOpOccurs() {
        var expected = new TreeSet<>(LABELS);
        Stream.of(UnaryOp.values()).forEach(op -> expected.add(op.label()));
        Stream.of(BinaryOp.values()).forEach(op -> expected.add(op.label()));

        var found = new TreeSet<String>();
        OpCases.all()
                .forEach(c -> Graph.of(c.outputs(), List.of()).nodes().forEach(node -> {
                    if (node.op() != null) {
                        found.add(node.op().label());
                    }
                }));

        assertThat(found).isEqualTo(expected);
    }

    @Test
    void namesTellTheCasesApart() {
        assertThat(OpCases.all().map(Case::name)).doesNotHaveDuplicates();
        assertThat(OpCases.exact().map(Case::name)).doesNotHaveDuplicates();
    }

    @Test
    void everyCallRecordsTheSameCases() {
        var first = OpCases.exact().limit(50).map(c -> c.expected().getFirst()).toList();
        var second = OpCases.exact().limit(50).map(c -> c.expected().getFirst()).toList();
        for (int i = 0; i < first.size(); i++) {
            assertThat(first.get(i)).isEqualTo(second.get(i));
        }
    }

    /** So that the order of sums, or a fused multiply-add, makes no difference. */
    @ParameterizedTest
    @MethodSource("org.skipjack.core.OpCases#exact")
    void everyValueOfAnExactCaseIsAFloat(Case exact) {
        var nodes = Graph.of(exact.outputs(), List.of()).nodes();
        for (double[] values : new ReferenceBackend().evaluate(nodes)) {
            assertThat(DoubleStream.of(values).filter(v -> (float) v != v)).isEmpty();
        }
    }

    /**
     * Floats are off by 1e-6 or so; a case that such an error carries over a kink (relu at 0, two equal maxima) would fail
     * on a backend that computes in float, through no fault of its own.
     */
    @ParameterizedTest
    @MethodSource("org.skipjack.core.OpCases#all")
    void noCaseLiesOnAKink(Case smooth) {
        var perturbed = new ReferenceBackend();
        var random = new Random(3);
        for (Tensor leaf : smooth.leaves()) {
            double[] values = Reference.values(leaf);
            if (!IntStream.range(0, values.length).allMatch(i -> values[i] == Math.rint(values[i]))) {
                perturbed.override(
                        leaf,
                        IntStream.range(0, values.length)
                                .mapToDouble(i -> values[i] * (1 + 1e-6 * random.nextGaussian()))
                                .toArray());
            }
        }
        var expected = smooth.expected();
        var actual = perturbed.evaluate(smooth.outputs());
        for (int i = 0; i < expected.size(); i++) {
            assertThat(distance(actual.get(i), expected.get(i)))
                    .as("output %d", i)
                    .isLessThan(2e-4);
        }
    }

    /** Largest difference as a share of the root mean square. */
    private static double distance(double[] actual, double[] expected) {
        var differences = new ArrayList<Double>();
        double squares = 0;
        for (int i = 0; i < expected.length; i++) {
            differences.add(Math.abs(actual[i] - expected[i]));
            squares += expected[i] * expected[i];
        }
        return differences.stream().mapToDouble(d -> d).max().orElse(0)
                / Math.max(1e-3, Math.sqrt(squares / expected.length));
    }
}
